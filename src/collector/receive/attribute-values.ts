// OTLP attribute values as plain JavaScript values.
import type { Attributes, AttributeValue } from "../trace/trace-span.ts";
import type { WireAnyValue, WireKeyValue } from "./otlp-schema.ts";

/** Key-value pairs as an object; the last of a repeated key wins. */
export function toAttributes(pairs: readonly WireKeyValue[]): Attributes {
  // fromEntries defines own properties, so a key named __proto__ is a key like any other.
  return Object.fromEntries(pairs.map(({ key, value }) => [key, toValue(value)]));
}

function toValue(any: WireAnyValue | undefined): AttributeValue {
  switch (any?.value) {
    case "stringValue":
      return any.stringValue;
    case "boolValue":
      return any.boolValue;
    case "doubleValue":
      return any.doubleValue;
    case "bytesValue":
      // A copy of its own: the decoder's view would keep the whole request in memory.
      return Uint8Array.from(any.bytesValue);
    case "arrayValue":
      return any.arrayValue.values.map(toValue);
    case "kvlistValue":
      return toAttributes(any.kvlistValue.values);
    case "intValue":
      return Number.isSafeInteger(Number(any.intValue)) ? Number(any.intValue) : any.intValue;
    default:
      return null;
  }
}
