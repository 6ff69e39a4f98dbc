// Text that is long enough to hold an image over the limit: most spans have none.
import type { Attributes } from "@opentelemetry/api";
import type { MaskableSpan } from "./masking.ts";

/** How deep a value is looked through. */
export const MAX_DEPTH = 8;

/** Whether any text of a span has more than `limit` characters. */
export function hasLongText({ attributes, events, links, status }: MaskableSpan, limit: number): boolean {
  if (hasLonger(attributes, limit)) return true;
  for (const event of events) if (hasLonger(event.attributes, limit)) return true;
  for (const link of links) if (hasLonger(link.attributes, limit)) return true;
  return typeof status.message === "string" && status.message.length > limit;
}

function hasLonger(attributes: Attributes | undefined, limit: number): boolean {
  for (const key in attributes) {
    const value: unknown = attributes[key];
    if (
      typeof value === "string" ? value.length > limit : typeof value === "object" && isLonger(value, limit)
    ) {
      return true;
    }
  }
  return false;
}

/** Whether a value has text of more than `limit` characters: in lists, and in objects that foreign SDKs put into attributes. */
export function isLonger(value: unknown, limit: number, depth = 0): boolean {
  if (typeof value === "string") return value.length > limit;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  // A list of numbers, an embedding for example, holds no text.
  if (Array.isArray(value) && typeof value[0] === "number") return false;
  return depth > MAX_DEPTH || Object.values(value).some((item) => isLonger(item, limit, depth + 1));
}
