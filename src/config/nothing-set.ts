// Whether a program set anything: where it did not, what reads settings need not be read.
import type { Environment, Surroundings } from "./environment.ts";
import { findEnvFilePath } from "./env-file-path.ts";
import type { RegisterOptions } from "./options.ts";

/**
 * Every variable that counts without an option, and some that do not. Not those of proxies: the default endpoint is on this
 * machine, which is reached straight.
 */
const OURS = /^(?:PHOENIX|OTEL|OPENINFERENCE)_/i;

/** Whether there is nothing to read: no option, no variable that counts and no `.env.phoenix`. */
export function isNothingSet(options: RegisterOptions, surroundings: Surroundings): boolean {
  return (
    !isAnyGiven(options) && !isAnySet(surroundings.environment) && findEnvFilePath(surroundings) === undefined
  );
}

/** What is not an object as it is written in code has to be looked at closely. */
function isAnyGiven(options: unknown): boolean {
  if (typeof options !== "object" || options === null) return true;
  if (Object.getPrototypeOf(options) !== Object.prototype) return true;
  return Object.values(options).some((value) => value !== undefined);
}

function isAnySet(environment: Environment): boolean {
  try {
    // Not by a loop of `for` and `in`: that asks for each variable whether it can be listed.
    return Reflect.ownKeys(environment).some((name) => OURS.test(String(name)));
  } catch {
    // Deno may allow some variables by name, and no list of them.
    return true;
  }
}
