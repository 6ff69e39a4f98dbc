// Each line of the tables of docs/migrating.md compiles: the column "here" with this package, the others with theirs.
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { strictOptions } from "../support/compiler-options.ts";

const root = path.resolve(import.meta.dirname, "../..");
const OURS = path.join(root, "src/index.ts");

interface Line {
  readonly name: string;
  readonly code: string;
  /** Whose names it uses. */
  readonly modules: readonly string[];
}

const OPENTELEMETRY = [
  "@opentelemetry/api",
  "@opentelemetry/sdk-trace-node",
  "@opentelemetry/exporter-trace-otlp-proto",
  "@opentelemetry/resources",
];

/** By the heading of its column, what the code of a cell is compiled with. */
const COLUMNS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  code: [["@arizeai/phoenix-otel"], [OURS]],
  OpenTelemetry: [OPENTELEMETRY],
  here: [[OURS]],
};

/** The code that a cell starts with. */
const codeOf = (cell: string): string | undefined => /^`([^`]+)`/.exec(cell.trim())?.[1];

function linesOf(markdown: string): Line[] {
  let heading: readonly string[] = [];
  return markdown.split("\n").flatMap((text, index, all): Line[] => {
    if (!text.startsWith("|")) return [];
    const cells = text.split(" | ").map((cell) => cell.replaceAll(/^\||\|$/g, "").trim());
    if (all[index + 1]?.startsWith("| ---") === true) heading = cells;
    if (text.startsWith("| ---") || heading === cells) return [];
    const isComparison = heading[0] === "code";
    return cells.flatMap((cell, column) => {
      const title = heading[column] ?? "";
      const code = codeOf(cell);
      // Beside "code", the columns "there" and "here" are prose.
      if (code === undefined || (isComparison && column > 0)) return [];
      return (COLUMNS[title] ?? []).map((modules) => ({
        name: `line ${index + 1}, ${title}${modules[0] === OURS ? "" : ` (${modules[0]})`}: ${code}`,
        code,
        modules,
      }));
    });
  });
}

const lines = linesOf(readFileSync(path.join(root, "docs/migrating.md"), "utf8"));

const options: ts.CompilerOptions = { ...strictOptions, experimentalDecorators: false };
const files = new Map<string, string>();
const host = ts.createCompilerHost(options);
const disk = { ...host };
host.fileExists = (file) => files.has(file) || disk.fileExists(file);
host.readFile = (file) => files.get(file) ?? disk.readFile(file);
host.getSourceFile = (file, ...rest) => {
  const text = files.get(file);
  return text === undefined
    ? disk.getSourceFile(file, ...rest)
    : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
};

/** The names that each module exports as values. */
function namesOf(modules: readonly string[]): Map<string, Set<string>> {
  const file = path.join(root, "test/names.mts");
  files.set(file, modules.map((module, at) => `import * as m${at} from "${module}"; m${at};\n`).join(""));
  const program = ts.createProgram([file], options, host);
  const checker = program.getTypeChecker();
  const imports = program.getSourceFile(file)?.statements.filter(ts.isImportDeclaration) ?? [];
  return new Map(
    imports.map(({ moduleSpecifier }, at) => {
      const symbol = checker.getSymbolAtLocation(moduleSpecifier);
      const names = symbol === undefined ? [] : checker.getExportsOfModule(symbol).map(({ name }) => name);
      return [modules[at] ?? "", new Set(names)];
    }),
  );
}

const exported = namesOf([OURS, "@arizeai/phoenix-otel", ...OPENTELEMETRY]);

/** A module of one line: it imports what the line names; a provider is there, as the page says. */
function moduleOf({ code, modules }: Line): string {
  const words = new Set(code.match(/\b[A-Za-z_]\w*\b/g));
  let text = "";
  for (const module of modules) {
    const names = [...(exported.get(module) ?? [])].filter((name) => words.delete(name));
    if (names.length > 0) text += `import { ${names.join(", ")} } from "${module}";\n`;
  }
  if (words.has("provider"))
    text += `import { TracerProvider as P } from "${OURS}";\ndeclare const provider: P;\n`;
  return `${text}export const line = ${code.startsWith("await ") ? code : `(${code})`};\n`;
}

describe("docs/migrating.md", () => {
  const paths = lines.map((line, at) => {
    const file = path.join(root, "docs", `migrating-line-${at}.mts`);
    files.set(file, moduleOf(line));
    return file;
  });
  const program = ts.createProgram(paths, options, host);

  test("has tables", () => {
    expect(lines.length).toBeGreaterThan(100);
  });

  test.each(lines.map(({ name }, at) => [name, at] as const))("%s", (_name, at) => {
    const source = program.getSourceFile(paths[at] ?? "");
    const faults = ts
      .getPreEmitDiagnostics(program, source)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
    expect(faults).toEqual([]);
  });
});
