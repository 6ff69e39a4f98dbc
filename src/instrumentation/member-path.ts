// Members of objects by a path of names, read as far as it goes.
import { guarded, type ReadRecord } from "../openinference/read-value.ts";

const isObject = (value: unknown): value is ReadRecord =>
  (typeof value === "object" && value !== null) || typeof value === "function";

/** Gives what is at the end of a path such as `"chat.completions"`; the value itself for an empty one. Never throws. */
export function memberAt(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path === "" ? [] : path.split(".")) {
    if (!isObject(found)) return undefined;
    const holder = found;
    found = guarded(() => holder[name]);
  }
  return found;
}

/** Splits `"chat.completions.create"` into where the method is and its name. */
export function splitPath(path: string): { readonly holder: string; readonly method: string } {
  const at = path.lastIndexOf(".");
  return { holder: path.slice(0, Math.max(0, at)), method: path.slice(at + 1) };
}

/** Whether `value` has a method at each of the paths. */
export const hasMethods = (value: unknown, ...paths: readonly string[]): boolean =>
  paths.every((path) => typeof memberAt(value, path) === "function");

/** What a module exports under a name, also where its exports came whole as its default. */
export const exported = (exports: ReadRecord, name: string): unknown =>
  memberAt(exports, name) ?? memberAt(exports, `default.${name}`);
