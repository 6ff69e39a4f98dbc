// Lists among attributes: `llm.output_messages.0.message.role` is an item of `llm.output_messages`.
import type { Attributes, Span } from "@opentelemetry/api";

const DOT = 46;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** The list that an attribute is an item of, if it is one. */
export function listName(key: string): string | undefined {
  for (let dot = key.indexOf(".", 1); dot !== -1; dot = key.indexOf(".", dot + 1)) {
    let end = dot + 1;
    while (isDigit(key.charCodeAt(end))) end++;
    if (end > dot + 1 && key.charCodeAt(end) === DOT) return key.slice(0, dot);
  }
  return undefined;
}

/** Attributes that were taken back, by the record they stood in: the span goes on counting them. */
const spares = new WeakMap<Attributes, number>();

/**
 * Sets attributes on a span that records; a list among them takes the place of the one that was there. Repeating it uses
 * up no more of the span's attribute limit than its longest list did.
 */
export function setReplacing(span: Span, attributes: Attributes): void {
  const { attributes: current } = span as { attributes?: Attributes };
  const lists = new Set(Object.keys(attributes).map(listName));
  lists.delete(undefined);
  if (current === undefined || lists.size === 0) {
    span.setAttributes(attributes);
    return;
  }
  let spare = spares.get(current) ?? 0;
  for (const key of Object.keys(current)) {
    if (Object.hasOwn(attributes, key) || !lists.has(listName(key))) continue;
    // OpenTelemetry has no call that takes an attribute back.
    delete current[key];
    spare++;
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const isSpareUsed = spare > 0 && !Object.hasOwn(current, key);
    // A key that is there is set anew without being counted again.
    if (isSpareUsed) current[key] = undefined;
    span.setAttribute(key, value);
    if (!isSpareUsed) continue;
    if (current[key] === undefined) delete current[key];
    else spare--;
  }
  if (spare > 0 || spares.has(current)) spares.set(current, spare);
}
