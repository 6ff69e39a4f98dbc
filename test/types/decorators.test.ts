// The types of the decorators, under each standard: the fixtures and small wrong programs, checked by tsc.
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { strictOptions } from "../support/compiler-options.ts";

const root = path.resolve(import.meta.dirname, "../..");
const fixtures = path.join(root, "test/decorators/fixtures");

const options = (isLegacy: boolean): ts.CompilerOptions => ({
  ...strictOptions,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  experimentalDecorators: isLegacy,
  emitDecoratorMetadata: isLegacy,
  useDefineForClassFields: !isLegacy,
});

/** What tsc says of one file; a `text` takes the place of what is on disk. */
function complaints(file: string, isLegacy: boolean, text?: string): string[] {
  const compilerOptions = options(isLegacy);
  const host = ts.createCompilerHost(compilerOptions);
  const disk = { ...host };
  host.getSourceFile = (name, ...rest) =>
    name === file && text !== undefined
      ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022)
      : disk.getSourceFile(name, ...rest);
  const program = ts.createProgram([file], compilerOptions, host);
  const source = program.getSourceFile(file);
  return ts
    .getPreEmitDiagnostics(program, source)
    .map(
      (diagnostic) => `${diagnostic.code} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}`,
    );
}

const program = (body: string): string => `
  import { llm, tool, observe } from "../../../src/index.ts";
  export class Agent {
    ${body}
  }
`;

describe.each([
  ["TC39", "tc39.ts", false],
  ["experimental", "legacy.ts", true],
] as const)("under %s decorators", (_name, fixture, isLegacy) => {
  const file = path.join(fixtures, fixture);

  test("every member of the fixture may be decorated", () => {
    expect(complaints(file, isLegacy)).toEqual([]);
  });

  test("generic and overloaded methods may be decorated", () => {
    const body = `
      @tool same<T>(value: T): T { return value; }
      @llm({ model: "gpt-4o" }) async answer(question: string, retries?: number): Promise<string> { return question + retries; }
      @observe({ kind: "AGENT", processInput: (id: number) => id, processOutput: (rows: string[]) => rows.length })
      async load(id: number): Promise<string[]> { return [String(id)]; }
    `;
    expect(complaints(file, isLegacy, program(body))).toEqual([]);
  });

  test("misspelled options and unknown kinds are refused", () => {
    expect(complaints(file, isLegacy, program("@tool({ nmae: 1 }) a(): void {}"))).not.toEqual([]);
    expect(complaints(file, isLegacy, program('@observe({ kind: "tool" }) a(): void {}'))).not.toEqual([]);
  });
});

test("under TC39 decorators a processor must fit the method", () => {
  const file = path.join(fixtures, "tc39.ts");
  const decorated = (method: string): string[] =>
    complaints(file, false, program(`@tool({ processInput: (id: number) => id }) ${method}`));
  expect(decorated("load(id: number): void { void id; }")).toEqual([]);
  expect(decorated("load(id: string): void { void id; }")).not.toEqual([]);
});
