// The environment of the edge build: what the platform shows as `process.env`, where it does.
import type { Environment, Surroundings, Variable } from "../../config/environment.ts";
import { unquoted } from "../../config/unquoted.ts";

/** A variable's value without the white space and the quotes around it; undefined when unset or blank. */
export function readText(environment: Environment, variable: Variable): string | undefined {
  const text = unquoted(environment[variable] ?? "");
  return text === "" ? undefined : text;
}

/** The variables as they are now. There are no files and no users. */
export function currentSurroundings(): Surroundings {
  const { process } = globalThis as { process?: { env?: Environment } };
  return { environment: process?.env ?? {}, workingDirectory: undefined, userId: undefined };
}
