// The code of the leading packages' own documentation compiles with their name replaced by ours. It is read from the
// installed packages when the test runs.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { strictOptions } from "../support/compiler-options.ts";

const root = path.resolve(import.meta.dirname, "../..");
const PACKAGES = ["@arizeai/phoenix-otel", "@arizeai/openinference-core"];
const IMPORTS_A_PEER = /from ["']@arizeai\/(?:phoenix-otel|openinference-core)(?:\/vercel)?["']/;
const PEER_NAME = /(["'])@arizeai\/(?:phoenix-otel|openinference-core)(\/vercel)?\1/g;

interface Block {
  readonly name: string;
  readonly text: string;
}

/** Every page of a package that has code. */
function pagesOf(name: string): string[] {
  const folder = path.join(root, "node_modules", name);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /\.mdx?$/.test(file) && !file.includes("node_modules"))
    .map((file) => path.join(name, file));
}

function blocksOf(page: string): Block[] {
  const markdown = readFileSync(path.join(root, "node_modules", page), "utf8");
  return [...markdown.matchAll(/^( *)```(?:ts|tsx|typescript)\b[^\n]*\n([\s\S]*?)^\1```/gm)].flatMap(
    (match) => {
      const text = `${match[2]}\nexport {};\n`;
      const line = markdown.slice(0, match.index).split("\n").length;
      return IMPORTS_A_PEER.test(text) ? [{ name: `${page}:${line}`, text }] : [];
    },
  );
}

const blocks = PACKAGES.flatMap(pagesOf).flatMap(blocksOf);

/** What the compiler says of each text, by its line: what the page does not define it says of both. */
function faultsOf(texts: readonly string[], side: string, options: ts.CompilerOptions): string[][] {
  const files = texts.map((_text, index) => path.join(root, "test", `peer-block-${side}-${index}.mts`));
  const given = new Map(files.map((file, index) => [file, texts[index] ?? ""]));
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (file) => given.has(file) || disk.fileExists(file);
  host.readFile = (file) => given.get(file) ?? disk.readFile(file);
  host.getSourceFile = (file, ...rest) => {
    const text = given.get(file);
    return text === undefined
      ? disk.getSourceFile(file, ...rest)
      : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram(files, options, host);
  return files.map((file) => {
    const source = program.getSourceFile(file);
    return ts.getPreEmitDiagnostics(program, source).map(({ start, code, messageText }) => {
      const line = (source?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0) + 1;
      return `line ${line}: TS${code} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
  });
}

const ours = {
  ...strictOptions,
  paths: {
    "phoenix-otel": [path.join(root, "src/index.ts")],
    "phoenix-otel/vercel": [path.join(root, "src/index.ts")],
  },
};

describe("the documentation of the leading packages", () => {
  const before = faultsOf(
    blocks.map(({ text }) => text),
    "theirs",
    strictOptions,
  );
  const after = faultsOf(
    blocks.map(({ text }) =>
      text.replaceAll(
        PEER_NAME,
        (_name, quote: string, subpath = "") => `${quote}phoenix-otel${subpath}${quote}`,
      ),
    ),
    "ours",
    ours,
  );
  const index = new Map(blocks.map(({ name }, at) => [name, at]));

  test("has code that imports them", () => {
    expect(blocks.length).toBeGreaterThan(60);
    // Most of it is whole: it is compiled, not only compared.
    expect(before.filter((faults) => faults.length === 0).length).toBeGreaterThan(35);
  });

  test.each(blocks.map(({ name }) => name))("%s", (name) => {
    const at = index.get(name) ?? -1;
    const place = (fault: string): string => /^line \d+: TS\d+/.exec(fault)?.[0] ?? fault;
    const known = new Set(before[at]?.map(place));
    expect(after[at]?.filter((fault) => !known.has(place(fault)))).toEqual([]);
  });
});
