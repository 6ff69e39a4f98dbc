// Which SDKs are traced without a wrapper: the option autoInstrument and PHOENIX_AUTO_INSTRUMENT.
import { PhoenixConfigError } from "./config-error.ts";
import type { Environment } from "./environment.ts";
import { readText } from "./environment.ts";
import type { RegisterOptions } from "./options.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import { SDK_NAMES, SDK_PACKAGES, sdkPackage } from "./sdk-names.ts";
import { quote } from "./setting.ts";
import { isOff, isOn } from "./words.ts";

const VARIABLE = "PHOENIX_AUTO_INSTRUMENT";

/** The packages of the SDKs to trace: all, none, or those of a list. */
export type AutoInstrument = readonly string[];

/**
 * Resolves what is traced. The variable's `false` holds over the option, so that whoever runs a program can turn it off; a
 * list of the variable narrows `true`, and a list in code stands.
 */
export function resolveAutoInstrument(
  { autoInstrument }: RegisterOptions,
  environment: Environment,
  problems: Problems,
): Resolved<AutoInstrument> {
  const variable = readVariable(environment, problems);
  if (variable?.length === 0) return { value: [], source: VARIABLE };
  const option = "option autoInstrument";
  if (autoInstrument === false) return { value: [], source: option };
  if (Array.isArray(autoInstrument)) return { value: packagesOf(autoInstrument), source: option };
  if (variable !== undefined) return { value: variable, source: VARIABLE };
  return autoInstrument === true
    ? { value: SDK_PACKAGES, source: option }
    : { value: [], source: DEFAULT_SOURCE };
}

/** Throws {@link PhoenixConfigError} for a name that is none of an SDK. */
export function validateAutoInstrument(value: unknown, caller: string): void {
  if (!Array.isArray(value)) return;
  const wrong = (value as readonly string[]).find((name) => sdkPackage(withoutSign(name)) === undefined);
  if (wrong === undefined) return;
  throw new PhoenixConfigError({
    code: "PHX105",
    message: `${caller}({ autoInstrument: [${quote(wrong)}] }): there is no SDK of this name.${suggestion(wrong)} Names are ${SDK_NAMES.join(", ")}, and those of their packages.`,
  });
}

const readVariable = (environment: Environment, problems: Problems): AutoInstrument | undefined => {
  const text = readText(environment, VARIABLE);
  if (text === undefined) return undefined;
  if (isOff(text)) return [];
  if (isOn(text)) return SDK_PACKAGES;
  const names = text.split(",").map((name) => name.trim());
  const given = names.filter((name) => name !== "");
  const wrong = given.filter((name) => sdkPackage(withoutSign(name)) === undefined);
  for (const name of wrong) {
    problems.push({
      code: "PHX116",
      message: `${VARIABLE} names ${quote(name)}, which is no SDK.${suggestion(name)} It is left out. Set it to "true", "false" or a list of ${SDK_NAMES.join(", ")}.`,
    });
  }
  const right = given.filter((name) => !wrong.includes(name));
  // Where no name is right, nothing says that tracing was meant to be off.
  return right.length === 0 ? undefined : packagesOf(right);
};

/** A list of names; with a minus in front of each of them all but these. */
const packagesOf = (names: readonly string[]): AutoInstrument => {
  const named = (some: readonly string[]): ReadonlySet<string | undefined> =>
    new Set(some.map((name) => sdkPackage(withoutSign(name))));
  const without = named(names.filter(isMinus));
  const only = names.filter((name) => !isMinus(name));
  const chosen = only.length > 0 || names.length === 0 ? named(only) : new Set<string>(SDK_PACKAGES);
  return SDK_PACKAGES.filter((each) => chosen.has(each) && !without.has(each));
};

const isMinus = (name: string): boolean => name.trim().startsWith("-");
const withoutSign = (name: string): string => name.trim().replace(/^-/, "");

const suggestion = (name: string): string => {
  const letters = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, "");
  const wanted = letters(name);
  const meant = SDK_NAMES.find(
    (each) => letters(each).startsWith(wanted) || wanted.startsWith(letters(each)),
  );
  return meant === undefined || wanted === "" ? "" : ` Did you mean ${quote(meant)}?`;
};
