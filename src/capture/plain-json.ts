// The common case of capture: small plain data, written in one pass that gives up at anything else.

import { holdsHeaders } from "./credential-names.ts";

/** Levels and values written before the slower, careful writer is the better choice. */
const MAX_DEPTH = 6;
const MAX_VALUES = 256;

/** Characters that JSON escapes, and halves of surrogate pairs, which may stand alone. */
// oxlint-disable-next-line no-control-regex -- JSON escapes exactly these
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;
/** A character can become six when it is escaped. */
const MAX_ESCAPE = 6;

/** What one value may still use; below zero it is not small. */
let valuesLeft = 0;
let charactersLeft = 0;

const quote = (text: string): string => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`);

function plainValue(value: unknown, depth: number): string | undefined {
  if (--valuesLeft < 0) return undefined;
  switch (typeof value) {
    case "string":
      charactersLeft -= value.length * MAX_ESCAPE + 8;
      return charactersLeft > 0 ? quote(value) : undefined;
    case "number":
      charactersLeft -= 32;
      return Number.isFinite(value) && !Object.is(value, -0) ? String(value) : undefined;
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (depth === MAX_DEPTH) return undefined;
      return Array.isArray(value) ? plainList(value, depth) : plainObject(value, depth);
    default:
      return undefined;
  }
}

function plainList(list: readonly unknown[], depth: number): string | undefined {
  let text = "[";
  for (let index = 0; index < list.length; index++) {
    const item = plainValue(list[index], depth + 1);
    if (item === undefined) return undefined;
    text += index === 0 ? item : `,${item}`;
  }
  return `${text}]`;
}

function plainObject(value: object, depth: number): string | undefined {
  if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  let text = "{";
  // Inherited keys cannot come in: the prototype is Object's own. A toJSON is a function, which is refused.
  for (const key in value) {
    const held = (value as Record<string, unknown>)[key];
    if (held === undefined) continue;
    // Those of a request may be credentials.
    if (typeof held === "object" && holdsHeaders(key)) return undefined;
    charactersLeft -= key.length * MAX_ESCAPE + 8;
    const item = plainValue(held, depth + 1);
    if (item === undefined) return undefined;
    text += `${text === "{" ? "" : ","}${quote(key)}:${item}`;
  }
  return `${text}}`;
}

/**
 * Writes `value` when it is plain data that JSON can say and that surely fits into `maxLength`; `undefined` when it is
 * anything else. A cycle is deeper than the depth allowed, so it is refused too.
 */
export function plainJson(value: object, maxLength: number): string | undefined {
  valuesLeft = MAX_VALUES;
  charactersLeft = maxLength;
  try {
    const text = plainValue(value, 0);
    return charactersLeft > 0 ? text : undefined;
  } catch {
    return undefined;
  }
}
