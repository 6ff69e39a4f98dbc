// Compiles a fixture as each compiler would emit it for Node 20, and loads what came out.
import { readFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import swc from "@swc/core";
import esbuild from "esbuild";
import ts from "typescript";

export type Compiler = "tsc" | "esbuild" | "swc";
export type Standard = "tc39" | "legacy";

const read = (standard: Standard): string =>
  readFileSync(path.join(import.meta.dirname, `../fixtures/${standard}.ts`), "utf8");

const COMPILE: Record<Compiler, (source: string, isLegacy: boolean) => string> = {
  tsc: (source, isLegacy) =>
    ts.transpileModule(source, {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.CommonJS,
        experimentalDecorators: isLegacy,
        emitDecoratorMetadata: isLegacy,
        useDefineForClassFields: !isLegacy,
      },
    }).outputText,
  esbuild: (source, isLegacy) =>
    esbuild.transformSync(source, {
      loader: "ts",
      format: "cjs",
      target: "node20",
      tsconfigRaw: {
        compilerOptions: {
          experimentalDecorators: isLegacy,
          useDefineForClassFields: !isLegacy,
        },
      },
    }).code,
  swc: (source, isLegacy) =>
    swc.transformSync(source, {
      swcrc: false,
      configFile: false,
      module: { type: "commonjs" },
      jsc: {
        parser: { syntax: "typescript", decorators: true },
        target: "es2022",
        transform: {
          decoratorVersion: isLegacy ? "2021-12" : "2022-03",
          legacyDecorator: isLegacy,
          decoratorMetadata: isLegacy,
          useDefineForClassFields: !isLegacy,
        },
      },
    }).code,
};

/** The exports of a fixture, compiled for one standard by one compiler. */
export function compileFixture(standard: Standard, compiler: Compiler): unknown {
  const code = COMPILE[compiler](read(standard), standard === "legacy");
  const module = { exports: {} };
  vm.compileFunction(code, ["module", "exports"])(module, module.exports);
  return module.exports;
}
