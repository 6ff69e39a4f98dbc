// Where variables are read from: the process environment, or the `.env.phoenix` file.
import type { Environment, Variable } from "./environment.ts";
import { readText } from "./environment.ts";

/** One place that variables come from. A group of settings is read from one tier, never mixed. */
export interface Tier {
  readonly environment: Environment;
  /** The file's path; undefined for the process environment. */
  readonly file: string | undefined;
}

/** Reads a variable with its source as text; undefined when unset or blank. */
export function readVariable(tier: Tier, variable: Variable): { value: string; source: string } | undefined {
  const value = readText(tier.environment, variable);
  if (value === undefined) return undefined;
  return { value, source: tier.file === undefined ? variable : `${variable} in ${tier.file}` };
}
