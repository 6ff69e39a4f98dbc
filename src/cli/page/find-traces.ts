// The page's text filter: which traces hold a text, in names, ids and values.
import type { AttributeValue, TraceSpan } from "../../collector/trace/trace-span.ts";
import type { KeptTrace } from "./trace-store.ts";

/** How long the search keeps the receiver from its requests at a time. */
const MAX_BUSY_MILLIS = 10;

/** The ids of the traces in which `text` occurs, without regard to case. */
export async function findTraces(traces: readonly KeptTrace[], text: string): Promise<string[]> {
  // A pattern instead of lower-cased copies: values can be megabytes.
  const pattern = new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), "iu");
  const has = (value: string): boolean => pattern.test(value);
  const found: string[] = [];
  let since = performance.now();
  for (const { traceId, spans } of traces) {
    if (has(traceId) || [...spans.values()].some((span) => holds(span, has))) found.push(traceId);
    if (performance.now() - since < MAX_BUSY_MILLIS) continue;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    since = performance.now();
  }
  return found;
}

function holds(span: TraceSpan, has: (text: string) => boolean): boolean {
  return (
    has(span.name) ||
    has(span.spanId) ||
    has(span.status.message) ||
    holdsValue(span.attributes, has) ||
    span.events.some(({ name, attributes }) => has(name) || holdsValue(attributes, has)) ||
    holdsValue(span.resource, has)
  );
}

function holdsValue(value: AttributeValue, has: (text: string) => boolean): boolean {
  if (typeof value === "string") return has(value);
  if (value === null || value instanceof Uint8Array) return false;
  if (typeof value === "object") return Object.values(value).some((item) => holdsValue(item, has));
  return has(String(value));
}
