// The common case of capture: small plain data, looked through in one pass that gives up at anything else, and written by
// the engine, which is faster at it on newer versions of Node and gives a flat text.

import { holdsHeaders } from "./credential-names.ts";

/** Levels and values looked at before the slower, careful writer is the better choice. */
const MAX_DEPTH = 6;
const MAX_VALUES = 256;

/** A character can become six when it is escaped. */
const MAX_ESCAPE = 6;
/** What a number, or the punctuation around a value, may take. */
const MAX_NUMBER = 32;
const MAX_PUNCTUATION = 8;

/** What one value may still use; below zero it is not small. */
let valuesLeft = 0;
let charactersLeft = 0;

function isPlain(value: unknown, depth: number): boolean {
  if (--valuesLeft < 0) return false;
  switch (typeof value) {
    case "string":
      charactersLeft -= value.length * MAX_ESCAPE + MAX_PUNCTUATION;
      return charactersLeft > 0;
    case "number":
      charactersLeft -= MAX_NUMBER;
      return Number.isFinite(value) && !Object.is(value, -0);
    case "boolean":
      return true;
    case "object":
      if (value === null) return true;
      if (depth === MAX_DEPTH) return false;
      return Array.isArray(value) ? isPlainList(value, depth) : isPlainObject(value, depth);
    default:
      return false;
  }
}

function isPlainList(list: readonly unknown[], depth: number): boolean {
  for (let index = 0; index < list.length; index++) {
    if (!isPlain(list[index], depth + 1)) return false;
  }
  return true;
}

function isPlainObject(value: object, depth: number): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  // Inherited keys cannot come in: the prototype is Object's own. A toJSON is a function, which is refused.
  for (const key in value) {
    const held = (value as Record<string, unknown>)[key];
    if (held === undefined) continue;
    // Those of a request may be credentials.
    if (typeof held === "object" && holdsHeaders(key)) return false;
    charactersLeft -= key.length * MAX_ESCAPE + MAX_PUNCTUATION;
    if (!isPlain(held, depth + 1)) return false;
  }
  return true;
}

/**
 * Writes `value` when it is plain data that JSON can say and that surely fits into `maxLength`; `undefined` when it is
 * anything else. A cycle is deeper than the depth allowed, so it is refused too.
 */
export function plainJson(value: object, maxLength: number): string | undefined {
  valuesLeft = MAX_VALUES;
  charactersLeft = maxLength;
  try {
    if (!isPlain(value, 0) || charactersLeft <= 0) return undefined;
    const text = JSON.stringify(value);
    // A getter may have given something else this time.
    return text.length <= maxLength ? text : undefined;
  } catch {
    return undefined;
  }
}
