// What a value of unknown type is, by the questions of @arizeai/openinference-core.
import type { Attributes, AttributeValue } from "@opentelemetry/api";

/** Whether a value can be given to a span's `setAttributes()`: an object of attribute values. */
export function isAttributes(value: unknown): value is Attributes {
  return isObjectWithStringKeys(value) && Object.values(value).every(isAttributeValue);
}

/** Whether a value is a list of texts. */
export function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

/** Whether a value is an object and no list. */
export function isObjectWithStringKeys(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value has the methods of a promise, `catch` included. */
export function isPromise<T = unknown>(value: unknown): value is Promise<T> {
  if (!isObjectWithStringKeys(value)) return false;
  return typeof value["then"] === "function" && typeof value["catch"] === "function";
}

/** For the branch that no value reaches: TypeScript reports one that would. Throws where it is called. */
export function assertUnreachable(value: never): never {
  throw new Error(`No value was expected here: ${String(value)}`);
}

/** Gives the members of an object that are not `null`, which no attribute can be. */
export function objectAsAttributes(object: Record<string, unknown>): Record<string, AttributeValue> {
  const given = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(given) as Record<string, AttributeValue>;
}

const PRIMITIVES = new Set(["string", "number", "boolean"]);

/** A primitive, nothing, or a list whose items are of one primitive type where they are there. */
function isAttributeValue(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (!Array.isArray(value)) return PRIMITIVES.has(typeof value);
  const types = new Set((value as unknown[]).filter((item) => item != null).map((item) => typeof item));
  return types.size < 2 && [...types].every((type) => PRIMITIVES.has(type));
}
