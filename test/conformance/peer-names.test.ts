// Every name that the leading packages export exists here and means the same: by name, by type and by what it is.
import path from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import * as core from "@arizeai/openinference-core";
import * as peer from "@arizeai/phoenix-otel";
import * as ours from "../../src/index.ts";
import { strictOptions } from "../support/compiler-options.ts";
import { DIFFERING_TYPES } from "./peer-differences.ts";

const root = path.resolve(import.meta.dirname, "../..");
const PEERS = ["@arizeai/phoenix-otel", "@arizeai/openinference-core"] as const;

/** One module that imports both sides; the names come from its imports, the assignments from the second reading. */
const FILE = path.join(import.meta.dirname, "names-of-both.mts");
const OURS = path.join(root, "src/index.ts");

function compile(text: string): ts.Program {
  const options: ts.CompilerOptions = {
    ...strictOptions,
    skipLibCheck: true,
    exactOptionalPropertyTypes: false,
  };
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (file) => file === FILE || disk.fileExists(file);
  host.readFile = (file) => (file === FILE ? text : disk.readFile(file));
  host.getSourceFile = (file, ...rest) =>
    file === FILE
      ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
      : disk.getSourceFile(file, ...rest);
  return ts.createProgram([FILE], options, host);
}

/** A class may be exported as a type alone, which its symbol does not tell. */
const RUNNING: Readonly<Record<string, unknown>> = { ...core, ...peer, ...ours };

interface Name {
  readonly isValue: boolean;
  readonly isType: boolean;
  /** Type parameters that must be given. */
  readonly required: number;
}

/** What the modules that `text` imports export. */
function exportsOf(program: ts.Program): Map<string, Map<string, Name>> {
  const checker = program.getTypeChecker();
  const modules = new Map<string, Map<string, Name>>();
  const source = program.getSourceFile(FILE);
  for (const statement of source?.statements ?? []) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const symbol = checker.getSymbolAtLocation(statement.moduleSpecifier);
    if (symbol === undefined) throw new Error(`${statement.moduleSpecifier.text} is not found`);
    const names = checker.getExportsOfModule(symbol).map((each): [string, Name] => {
      const meant = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each;
      const parameters = (meant.declarations ?? []).flatMap((declaration) =>
        "typeParameters" in declaration
          ? [...((declaration.typeParameters as ts.NodeArray<ts.TypeParameterDeclaration>) ?? [])]
          : [],
      );
      return [
        each.name,
        {
          isValue: (meant.flags & ts.SymbolFlags.Value) !== 0 && each.name in RUNNING,
          isType: (meant.flags & ts.SymbolFlags.Type) !== 0,
          required: parameters.filter((parameter) => parameter.default === undefined).length,
        },
      ];
    });
    modules.set(statement.moduleSpecifier.text, new Map(names));
  }
  return modules;
}

const IMPORTS = [OURS, ...PEERS]
  .map((module, index) => `import type * as m${index} from ${JSON.stringify(module)};\n`)
  .join("");
const modules = exportsOf(compile(IMPORTS));
const own = modules.get(OURS) ?? new Map<string, Name>();

describe.each(PEERS)("%s", (module) => {
  const names = [...(modules.get(module) ?? [])];

  test("has names", () => {
    expect(names.length).toBeGreaterThan(80);
  });

  test("every value and every type is exported here", () => {
    const missing = names.filter(([name, { isValue, isType }]) => {
      const here = own.get(name);
      return here === undefined || (isValue && !here.isValue) || (isType && !here.isType);
    });
    expect(missing.map(([name]) => name)).toEqual([]);
  });
});

test("every value is there when the program runs", () => {
  const there: Record<string, unknown> = { ...ours };
  const theirs: Record<string, unknown> = { ...core, ...peer };
  for (const [name, value] of Object.entries(theirs)) {
    expect([name, typeof there[name]]).toEqual([name, typeof value]);
  }
});

test("constants, enums and tables of words have the same content", () => {
  const there: Record<string, unknown> = { ...ours };
  const constants = Object.entries({ ...core, ...peer }).filter(
    ([name, value]) => typeof value !== "function" && !["trace", "context"].includes(name),
  );
  expect(constants.length).toBeGreaterThan(150);
  for (const [name, value] of constants) expect([name, there[name]]).toEqual([name, value]);
});

describe("a program that was written for the peer compiles:", () => {
  const names = [...(modules.get(PEERS[0]) ?? [])];
  const lines = names.flatMap(([name, { isValue, isType, required }]): [string, string][] => {
    const given = required === 0 ? "" : `<${Array.from({ length: required }, () => "() => string").join()}>`;
    return [
      ...(isValue
        ? [[`${name} as a value`, `export const v_${name}: typeof m1.${name} = null! as typeof m0.${name};`]]
        : []),
      ...(isType
        ? [
            [`${name}, taken`, `export const t_${name}: m1.${name}${given} = null! as m0.${name}${given};`],
            [`${name}, given`, `export const g_${name}: m0.${name}${given} = null! as m1.${name}${given};`],
          ]
        : []),
    ] as [string, string][];
  });
  const program = compile(IMPORTS + lines.map(([, line]) => `${line}\n`).join(""));
  const source = program.getSourceFile(FILE);
  const faults = new Map<string, string>();
  for (const { start, messageText } of program.getSemanticDiagnostics(source)) {
    const line = (source?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0) - [OURS, ...PEERS].length;
    faults.set(lines[line]?.[0] ?? "", ts.flattenDiagnosticMessageText(messageText, "\n"));
  }

  test("ours can take the place of each of its values and types, but for those in the table", () => {
    const unexpected = [...faults].filter(([what]) => !(what in DIFFERING_TYPES));
    expect(unexpected).toEqual([]);
  });

  test("the table has nothing that does not differ", () => {
    expect(Object.keys(DIFFERING_TYPES).filter((what) => !faults.has(what))).toEqual([]);
  });
});
