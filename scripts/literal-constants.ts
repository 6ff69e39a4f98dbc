// Puts the values of constants where they are used: a program's start then reads no code for them.
import vm from "node:vm";
import type { Rolldown } from "tsdown";

/** Modules that are nothing but constants. They make a chunk of their own. */
export const CONSTANTS =
  /openinference-semantic-conventions[\\/]dist|config[\\/](?:trace-config-defaults|redacted-value)\.ts$/;

const REQUIRED = 'const require_constants = require("./constants.cjs");\n';
const GIVEN_ON = /^exports\.(\w+) = require_constants\.(\w+);\n/gm;
const USED = /\brequire_constants\.(\w+)(?:\.(\w+))?/g;

type Values = Readonly<Record<string, unknown>>;

/**
 * Makes literals of the constants in CommonJS chunks. What a chunk gives on as it is becomes one JSON text, which V8 reads in
 * a fraction of the time of as many statements; who takes an object of them as a whole reads their chunk.
 */
export function inlineConstants(chunks: readonly Rolldown.OutputChunk[]): void {
  const constants = chunks.find(({ fileName }) => fileName === "constants.cjs");
  if (constants === undefined) return;
  const values = valuesOf(constants.code);
  for (const chunk of chunks) {
    if (!chunk.code.includes(REQUIRED)) continue;
    const given: Record<string, unknown> = {};
    chunk.code = chunk.code
      .replace(GIVEN_ON, (_line, name: string, from: string) => {
        given[name] = values[from];
        return "";
      })
      .replace(USED, (use, name: string, key?: string) => literal(values[name], key) ?? use);
    // On the line that was there: a source map counts lines.
    const giveOn =
      Object.keys(given).length > 0
        ? `Object.assign(exports, JSON.parse('${JSON.stringify(given).replace(/['\\]/g, String.raw`\$&`)}'));`
        : "";
    if (!chunk.code.replace(REQUIRED, "").includes("require_constants")) {
      chunk.code = chunk.code.replace(REQUIRED, () => `${giveOn}\n`);
    } else if (giveOn !== "") throw new Error(`${chunk.fileName} takes an object of constants as a whole`);
  }
}

function valuesOf(code: string): Values {
  const exports = {};
  vm.runInNewContext(code, { exports, require: () => ({}) });
  return { ...exports };
}

const literal = (value: unknown, key: string | undefined): string | undefined => {
  const found = key === undefined ? value : (value as Values | undefined)?.[key];
  return typeof found === "object" || found === undefined ? undefined : JSON.stringify(found);
};
