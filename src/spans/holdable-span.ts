// A span that Phoenix's databases can hold, for an exporter of somebody else: the encoder of otlp/ changes what it writes.
import { types } from "node:util";
import { holdableKey, holdableText, holdOf, isBeyondNumbers } from "./holdable-value.ts";
import { changed, type OutgoingSpan } from "./outgoing-span.ts";

/**
 * Gives the span itself where the databases can hold it, else a copy of which they can. Its resource and its scope stay:
 * but for the project they are not stored.
 */
export function holdableSpan(span: OutgoingSpan): OutgoingSpan {
  const { status } = span;
  const message = status.message === undefined ? undefined : holdableText(status.message);
  const parts = {
    name: holdableText(span.name),
    status: message === undefined || message === status.message ? status : { ...status, message },
    attributes: holdableRecord(span.attributes),
    events: eachHoldable(span.events, (event) => {
      const name = holdableText(event.name);
      const attributes = event.attributes && holdableRecord(event.attributes);
      const isSame = name === event.name && attributes === event.attributes;
      return isSame ? event : { ...event, name, ...(attributes && { attributes }) };
    }),
    links: eachHoldable(span.links, (link) => {
      const attributes = link.attributes && holdableRecord(link.attributes);
      return attributes === link.attributes ? link : { ...link, ...(attributes && { attributes }) };
    }),
  };
  const isSame = (Object.keys(parts) as (keyof typeof parts)[]).every((part) => parts[part] === span[part]);
  return isSame ? span : changed(span, parts);
}

function holdableRecord<Record extends object>(record: Record): Record {
  let isSame = true;
  const entries = Object.entries(record).map(([key, value]: [string, unknown]) => {
    const hold = holdOf(key);
    const entry = [holdableKey(key), holdable(hold === undefined ? value : hold(value))] as const;
    isSame &&= entry[0] === key && Object.is(entry[1], value);
    return entry;
  });
  return isSame ? record : (Object.fromEntries(entries) as Record);
}

function holdable(value: unknown): unknown {
  if (typeof value === "string") return holdableText(value);
  if (typeof value === "number") return isBeyondNumbers(value) ? String(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (types.isUint8Array(value)) return Buffer.from(value).toString("base64");
  return Array.isArray(value) ? eachHoldable(value, holdable) : holdableRecord(value);
}

/** The list itself where each of its items stays the same. */
function eachHoldable<List extends readonly unknown[]>(
  list: List,
  hold: (item: List[number]) => List[number],
): List {
  const held = list.map((item) => hold(item));
  return held.some((item, index) => !Object.is(item, list[index])) ? (held as unknown as List) : list;
}
