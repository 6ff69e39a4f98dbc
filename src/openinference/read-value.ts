// The one reader of values of unknown shape: each function gives the type it names, or nothing.
import { types } from "node:util";

/** An object whose members are not known yet. */
export type ReadRecord = Readonly<Record<string, unknown>>;

/** Lists are read up to this length: a span holds 10,000 attributes, and a proxy may claim any length. */
const MAX_LIST_ITEMS = 10_000;

/** Gives a value that is an object and no list. */
export function asRecord(value: unknown): ReadRecord | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as ReadRecord)
    : undefined;
}

/** Gives the first of the named members that is there and not null; nothing for what is no object. */
export function firstOf(value: unknown, ...names: readonly string[]): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  for (const name of names) {
    const found = (value as ReadRecord)[name];
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
}

/** Gives a text, the empty one included. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Gives a text that is not empty. */
export function asWord(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Gives a text, or a number as text: programs have ids of both kinds. */
export function asId(value: unknown): string | undefined {
  return typeof value === "number" || typeof value === "bigint" ? String(value) : asText(value);
}

/** Gives a finite number. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Gives a list, cut to 10,000 items; an empty one for anything else. */
export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) return [];
  return value.length > MAX_LIST_ITEMS ? value.slice(0, MAX_LIST_ITEMS) : value;
}

/** Gives the objects of a list, in order. */
export function asRecords(value: unknown): ReadRecord[] {
  const records: ReadRecord[] = [];
  for (const item of asList(value)) {
    const record = asRecord(item);
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** Gives a copy of a list of numbers, which may be a typed array of floats. */
export function asVector(value: unknown): number[] | undefined {
  if (types.isFloat32Array(value) || types.isFloat64Array(value)) return Array.from(value);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((item) => typeof item === "number") ? value.slice() : undefined;
}

/** Adds the numbers that are there; undefined when none is. */
export function sum(...values: readonly (number | undefined)[]): number | undefined {
  const numbers = values.filter((value) => value !== undefined);
  return numbers.length === 0 ? undefined : numbers.reduce((total, value) => total + value, 0);
}

/** Gives what `read` gives, or nothing where it throws: a getter may, and every look at a revoked proxy does. */
export function guarded<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
