// A processor's way to give attributes in place of a value.
import type { Attributes } from "@opentelemetry/api";
import { writeAttributes } from "../../openinference/attribute-writer.ts";

/**
 * The attributes that a processor gave: a plain object whose keys all hold a dot, each text at most `maxLength` characters
 * long. `undefined` when it gave a value.
 */
export function processedAttributes(value: unknown, maxLength: number): Attributes | undefined {
  if (!isAttributes(value)) return undefined;
  return writeAttributes(maxLength, (to) => {
    for (const [key, each] of Object.entries(value)) {
      if (typeof each === "string") to.text(key, each);
      else to.attributes[key] = each;
    }
  });
}

function isAttributes(value: unknown): value is Attributes {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key.includes("."));
}
