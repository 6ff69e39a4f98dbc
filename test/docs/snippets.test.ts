// Every ```ts block of the README and the docs compiles against the package as it is.
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { strictOptions } from "../support/compiler-options.ts";
import { snippets } from "../support/snippets.ts";

const root = path.resolve(import.meta.dirname, "../..");

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
