// A processor's way to give attributes in place of a value.
import type { Attributes } from "@opentelemetry/api";
import { METADATA } from "@arizeai/openinference-semantic-conventions";
import { writeAttributes } from "../../openinference/attribute-writer.ts";

/**
 * The attributes that a processor gave: a plain object whose keys all hold a dot or are `metadata`, each text at most
 * `maxLength` characters long. An empty one gives none; `undefined` when it gave a value.
 */
export function processedAttributes(value: unknown, maxLength: number): Attributes | undefined {
  if (!isAttributes(value)) return undefined;
  return writeAttributes(maxLength, (to) => {
    for (const [key, each] of Object.entries(value)) {
      if (typeof each === "string") to.text(key, each);
      else if (key === METADATA) to.json(key, each);
      else to.attributes[key] = each;
    }
  });
}

function isAttributes(value: unknown): value is Attributes {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.keys(value).every((key) => key.includes(".") || key === METADATA);
}
