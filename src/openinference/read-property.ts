// Reads unknown values without trusting them.
import { types } from "node:util";

/** One property of a value that may be anything; `undefined` when it is missing. */
export function property(value: unknown, ...names: string[]): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  for (const name of names) {
    const found = (value as Record<string, unknown>)[name];
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
}

/** The value when it is a string, or a number as text. */
export const asText = (value: unknown): string | undefined => {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "bigint" ? String(value) : undefined;
};

/** The value when it is a finite number. */
export const asNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** A list of numbers, as an array or as a typed array of floats. */
export function asVector(value: unknown): number[] | undefined {
  if (types.isFloat32Array(value) || types.isFloat64Array(value)) return Array.from(value);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((item) => typeof item === "number") ? value : undefined;
}
