// One setting from one or several variables: the first right value holds, each wrong one is told.
import type { Environment, Variable } from "./environment.ts";
import { readText } from "./environment.ts";
import type { Problems, Resolved } from "./resolved.ts";

/** How the text of a variable becomes a value. */
export interface SettingKind<T> {
  /** Completes "which is not …" and "Set it to …". */
  readonly expects: string;
  /** Undefined when the text is wrong. */
  readonly parse: (text: string) => T | undefined;
}

/**
 * Reads the first variable that is set and right; a wrong one is told and skipped. Undefined when none is.
 * `otherwise` says what holds then.
 */
export function readSetting<T>(
  environment: Environment,
  variables: readonly Variable[],
  kind: SettingKind<T>,
  otherwise: string,
  problems: Problems,
): Resolved<T> | undefined {
  const wrong: { variable: Variable; text: string }[] = [];
  let found: Resolved<T> | undefined;
  for (const variable of variables) {
    const text = readText(environment, variable);
    if (text === undefined) continue;
    const value = kind.parse(text);
    if (value !== undefined) {
      found = { value, source: variable };
      break;
    }
    wrong.push({ variable, text });
  }
  const used = found === undefined ? otherwise : `${JSON.stringify(found.value)} from ${found.source}`;
  for (const { variable, text } of wrong) {
    problems.push({
      code: "PHX116",
      message: `${variable} is ${quote(text)}, which is not ${kind.expects}. Using ${used}. Set it to ${kind.expects}.`,
    });
  }
  return found;
}

/** A number within bounds, whole unless said otherwise. */
export function numberKind(expects: string, least: number, most: number = Infinity): SettingKind<number> {
  return {
    expects,
    parse: (text) => {
      const value = Number(text);
      return Number.isSafeInteger(value) && value >= least && value <= most ? value : undefined;
    },
  };
}

/** One of some words, in any case. */
export function wordKind<const T extends string>(...words: readonly T[]): SettingKind<T> {
  return {
    expects: words.map((word) => `"${word}"`).join(" or "),
    parse: (text) => words.find((word) => word === text.toLowerCase()),
  };
}

/** `true` or `false`, in any case, as OpenTelemetry's variables spell it. */
export const SWITCH: SettingKind<boolean> = {
  expects: '"true" or "false"',
  parse: (text) => {
    const word = text.toLowerCase();
    return word === "true" ? true : word === "false" ? false : undefined;
  },
};

/** A text for a message: quoted, cut when long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
