// Every ```ts block of the README and the docs compiles against the package as it is.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { strictOptions } from "../support/compiler-options.ts";

const root = path.resolve(import.meta.dirname, "../..");

interface Snippet {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** The fenced `ts` blocks of a page; each becomes a module beside the page, so that imports resolve from there. */
function snippetsOf(page: string): Snippet[] {
  const markdown = readFileSync(path.join(root, page), "utf8");
  return [...markdown.matchAll(/^( *)```ts\b[^\n]*\n([\s\S]*?)^\1```/gm)].map((match, index) => {
    const line = markdown.slice(0, match.index).split("\n").length;
    const file = path.join(root, path.dirname(page), `snippet-${path.basename(page, ".md")}-${index}.mts`);
    return { name: `${page}:${line}`, file, text: `${match[2]}\nexport {};\n` };
  });
}

const pages = [
  "README.md",
  ...readdirSync(path.join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const snippets = pages.flatMap(snippetsOf);

const options: ts.CompilerOptions = {
  ...strictOptions,
  paths: {
    "phoenix-otel": [path.join(root, "src/index.ts")],
    "phoenix-otel/testing": [path.join(root, "src/testing/index.ts")],
  },
};

function compile(): ts.Program {
  const texts = new Map(snippets.map(({ file, text }) => [file, text]));
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (file) => texts.has(file) || disk.fileExists(file);
  host.readFile = (file) => texts.get(file) ?? disk.readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const text = texts.get(file);
    return text === undefined
      ? disk.getSourceFile(file, ...rest)
      : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  };
  return ts.createProgram([...texts.keys()], options, host);
}

describe("the README and the docs", () => {
  const program = compile();

  test.each(snippets.map((snippet) => [snippet.name, snippet] as const))(
    "the snippet at %s compiles",
    (_name, { file }) => {
      const diagnostics = ts.getPreEmitDiagnostics(program, program.getSourceFile(file));
      expect(
        diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
      ).toEqual([]);
    },
  );

  test("have snippets", () => {
    expect(snippets.length).toBeGreaterThan(5);
  });
});
