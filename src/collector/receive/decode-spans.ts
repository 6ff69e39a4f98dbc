// Turns the body of an OTLP trace request into plain span objects.
import type {
  Attributes,
  SpanKindName,
  StatusName,
  TraceEvent,
  TraceLink,
  TraceScope,
  TraceSpan,
} from "../trace/trace-span.ts";
import { toAttributes } from "./attribute-values.ts";
import { decodeRequest, type WireSpan } from "./otlp-schema.ts";

const KINDS: readonly SpanKindName[] = [
  "UNSPECIFIED",
  "INTERNAL",
  "SERVER",
  "CLIENT",
  "PRODUCER",
  "CONSUMER",
];
const STATUS_CODES: readonly StatusName[] = ["UNSET", "OK", "ERROR"];
/** The bit of a span's flags that says its parent is remote. */
const PARENT_IS_REMOTE = 0x200;

interface CollectedEvent extends TraceEvent {
  readonly droppedAttributesCount: number;
}

interface CollectedLink extends TraceLink {
  readonly traceState: string;
  readonly flags: number;
  readonly droppedAttributesCount: number;
}

interface CollectedScope extends TraceScope {
  readonly attributes: Attributes;
}

/** A span as it arrived, with everything that the wire says of it. */
export interface CollectedSpan extends TraceSpan {
  readonly traceState: string;
  readonly flags: number;
  readonly events: readonly CollectedEvent[];
  readonly links: readonly CollectedLink[];
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  readonly scope: CollectedScope;
}

/** The spans of an `ExportTraceServiceRequest`, in wire order. Throws on bytes that are not one. */
export function decodeSpans(body: Uint8Array): CollectedSpan[] {
  const spans: CollectedSpan[] = [];
  for (const { resource, scopeSpans } of decodeRequest(body).resourceSpans) {
    const resourceAttributes = toAttributes(resource?.attributes ?? []);
    for (const { scope, spans: wireSpans } of scopeSpans) {
      const collectedScope = {
        name: scope?.name ?? "",
        version: scope?.version ?? "",
        attributes: toAttributes(scope?.attributes ?? []),
      };
      for (const span of wireSpans) spans.push(toSpan(span, resourceAttributes, collectedScope));
    }
  }
  return spans;
}

function toSpan(span: WireSpan, resource: Attributes, scope: CollectedScope): CollectedSpan {
  return {
    name: span.name,
    traceId: toHex(span.traceId),
    spanId: toHex(span.spanId),
    parentSpanId: span.parentSpanId.some((byte) => byte !== 0) ? toHex(span.parentSpanId) : undefined,
    parentIsRemote: (span.flags & PARENT_IS_REMOTE) !== 0,
    traceState: span.traceState,
    flags: span.flags,
    kind: KINDS[span.kind] ?? "UNSPECIFIED",
    startTimeNanos: span.startTimeUnixNano,
    endTimeNanos: span.endTimeUnixNano,
    status: {
      code: STATUS_CODES[span.status?.code ?? 0] ?? "UNSET",
      message: span.status?.message ?? "",
    },
    attributes: toAttributes(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      timeNanos: event.timeUnixNano,
      attributes: toAttributes(event.attributes),
      droppedAttributesCount: event.droppedAttributesCount,
    })),
    links: span.links.map((link) => ({
      traceId: toHex(link.traceId),
      spanId: toHex(link.spanId),
      traceState: link.traceState,
      flags: link.flags,
      attributes: toAttributes(link.attributes),
      droppedAttributesCount: link.droppedAttributesCount,
    })),
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
    resource,
    scope,
  };
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
