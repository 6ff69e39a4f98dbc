// A trace as one line of JSON, for programs that read the view's output.
import { summarizeSpan } from "./span-summary.ts";
import type { AssembledTrace } from "./trace-assembler.ts";
import type { AttributeValue } from "./trace-span.ts";
import { summarizeTrace } from "./trace-summary.ts";
import { arrangeTree } from "./trace-tree.ts";

const NANOS_PER_MILLI = 1_000_000;

/** Characters that JSON may hold as they are and that a terminal would obey or reorder a line by. */
const TO_ESCAPE = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/**
 * The trace as JSON without a line break: `traceId`, `project`, `revision`, `durationMillis` and `spans`,
 * parents before children. Times are ISO texts cut to milliseconds beside exact `…Nanos` as decimal texts; bytes
 * are base64, integers beyond 2^53 decimal texts.
 */
export function traceToJson(trace: AssembledTrace): string {
  const rows = arrangeTree(trace.spans);
  const { project, range } = summarizeTrace(rows);
  const line = {
    traceId: trace.traceId,
    project,
    revision: trace.revision,
    startTime: isoTime(range.startNanos),
    durationMillis: Number(range.endNanos - range.startNanos) / NANOS_PER_MILLI,
    spans: rows.map(({ span }) => ({
      name: span.name,
      spanId: span.spanId,
      parentSpanId: span.parentSpanId ?? null,
      kind: summarizeSpan(span).kind,
      startTime: isoTime(span.startTimeNanos),
      startTimeNanos: span.startTimeNanos,
      endTimeNanos: span.endTimeNanos,
      durationMillis: Number(span.endTimeNanos - span.startTimeNanos) / NANOS_PER_MILLI,
      status: span.status,
      attributes: span.attributes,
      events: span.events,
      links: span.links,
      resource: span.resource,
      scope: span.scope,
    })),
  };
  return JSON.stringify(line, toJsonValue).replaceAll(
    TO_ESCAPE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A `JSON.stringify` replacer for what JSON cannot hold, as {@link traceToJson} writes it. */
export function toJsonValue(_key: string, value: AttributeValue): AttributeValue {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return value;
}

function isoTime(nanos: bigint): string {
  const millis = Number(nanos / BigInt(NANOS_PER_MILLI));
  const date = new Date(millis);
  return Number.isNaN(date.getTime()) ? String(nanos) : date.toISOString();
}
