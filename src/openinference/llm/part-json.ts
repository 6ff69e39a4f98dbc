// JSON text of one part of a call: a tool's schema, arguments, parameters.
import { maxValueLength } from "../../capture/max-value-length.ts";
import { jsonText } from "../../capture/json-text.ts";

/** Gives the JSON of a value, undefined for no value; cut at the limit of a captured value. Never throws. */
export function partJson(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : jsonText(value, maxValueLength());
}
