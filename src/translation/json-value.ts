// JSON text in an attribute, read with care: what is none stays what it is.
import { asList, asRecords } from "../openinference/read-value.ts";

/** Gives what JSON text says; `undefined` for text that is no JSON, and for anything but text. */
export function parsedJson(value: unknown): unknown {
  if (typeof value !== "string") return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

/** A value that some producers write as JSON text and others as it is. */
export function unwrapped(value: unknown): unknown {
  return typeof value === "string" ? (parsedJson(value) ?? value) : value;
}

/** A list of JSON texts, each parsed where it parses. */
export function parsedList(value: unknown): unknown[] {
  return asList(value).map(unwrapped);
}

/** Whether every item of a list can be read: one that cannot would be lost if the attribute did not leave. */
export function isListOfRecords(value: unknown): boolean {
  const list = unwrapped(value);
  return Array.isArray(list) && asRecords(list).length === list.length;
}
