// The common case of capture: small plain data, looked through in one pass that gives up at anything else, and written by
// the engine, which is faster at it on newer versions of Node and gives a flat text.

import { holdsHeaders } from "./credential-names.ts";

/** Levels looked at before the slower, careful writer is the better choice. */
const MAX_DEPTH = 6;

/** A character can become six when it is escaped. */
const MAX_ESCAPE = 6;
/** What a number, or the punctuation around a value, may take. */
const MAX_NUMBER = 32;
const MAX_PUNCTUATION = 8;

/** The characters that `value` may take, without what it holds; `Infinity` where JSON cannot say it. */
function mostCharacters(value: unknown): number {
  switch (typeof value) {
    case "string":
      return value.length * MAX_ESCAPE + MAX_PUNCTUATION;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? MAX_NUMBER : Infinity;
    case "boolean":
    case "object":
      return MAX_PUNCTUATION;
    default:
      return Infinity;
  }
}

/** What is left of `room` characters behind the members of `value`; below zero where they do not fit, or are not plain. */
function roomBehind(value: object, room: number, depth: number): number {
  if (depth > MAX_DEPTH) return -1;
  let left = room;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && left >= 0; index++) {
      const item: unknown = value[index];
      left -= mostCharacters(item);
      if (typeof item === "object" && item !== null) left = roomBehind(item, left, depth + 1);
    }
    return left;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return -1;
  // Inherited keys cannot come in: the prototype is Object's own. A toJSON is a function, which is refused.
  for (const key in value) {
    const held = (value as Record<string, unknown>)[key];
    if (held === undefined) continue;
    left -= key.length * MAX_ESCAPE + mostCharacters(held);
    if (left < 0) return -1;
    if (typeof held !== "object" || held === null) continue;
    // Those of a request may be credentials.
    if (holdsHeaders(key)) return -1;
    left = roomBehind(held, left, depth + 1);
  }
  return left;
}

/**
 * Writes `value` when it is plain data that JSON can say and that surely fits into `maxLength`; `undefined` when it is
 * anything else. A cycle is deeper than the depth allowed, so it is refused too.
 */
export function plainJson(value: object, maxLength: number): string | undefined {
  try {
    if (roomBehind(value, maxLength, 0) < 0) return undefined;
    const text = JSON.stringify(value);
    // A getter may have given something else this time.
    return text.length <= maxLength ? text : undefined;
  } catch {
    return undefined;
  }
}
