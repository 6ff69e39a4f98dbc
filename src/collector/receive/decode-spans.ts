// Turns the body of an OTLP trace request into plain span objects.
import { type Attributes, toAttributes, toBigInt } from "./attribute-values.ts";
import { decodeRequest, decodeSpanIds, type WireSpan } from "./otlp-schema.ts";

const KINDS = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"] as const;
/** The bit of a span's flags that says its parent is remote. */
const PARENT_IS_REMOTE = 0x200;
const STATUS_CODES = ["UNSET", "OK", "ERROR"] as const;

/** OpenTelemetry's span kind; the OpenInference kind is the attribute `openinference.span.kind`. */
type SpanKindName = (typeof KINDS)[number];

/** OpenTelemetry's status code. */
type StatusName = (typeof STATUS_CODES)[number];

/** Something that happened inside a span. Times are nanoseconds since 1970. */
interface CollectedEvent {
  readonly name: string;
  readonly timeNanos: bigint;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/** A pointer to another span. */
interface CollectedLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

/** What made the span: the instrumentation's name and version. */
interface CollectedScope {
  readonly name: string;
  readonly version: string;
  readonly attributes: Attributes;
}

/** A span as it arrived. Ids are lower-case hex, times are nanoseconds since 1970. */
export interface CollectedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Absent on a root span. */
  readonly parentSpanId: string | undefined;
  /** Whether the parent lives in another process, which may send it elsewhere or never. */
  readonly parentIsRemote: boolean;
  readonly traceState: string;
  readonly flags: number;
  readonly kind: SpanKindName;
  readonly startTimeNanos: bigint;
  readonly endTimeNanos: bigint;
  readonly status: { readonly code: StatusName; readonly message: string };
  readonly attributes: Attributes;
  readonly events: readonly CollectedEvent[];
  readonly links: readonly CollectedLink[];
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  /** The attributes of the resource that the span came with. */
  readonly resource: Attributes;
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

/** The span ids of an `ExportTraceServiceRequest`, and nothing else. Throws on bytes that are not one. */
export function readSpanIds(body: Uint8Array): string[] {
  return decodeSpanIds(body).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map(({ spanId }) => toHex(spanId))),
  );
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
    startTimeNanos: toBigInt(span.startTimeUnixNano),
    endTimeNanos: toBigInt(span.endTimeUnixNano),
    status: {
      code: STATUS_CODES[span.status?.code ?? 0] ?? "UNSET",
      message: span.status?.message ?? "",
    },
    attributes: toAttributes(span.attributes),
    events: span.events.map((event) => ({
      name: event.name,
      timeNanos: toBigInt(event.timeUnixNano),
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
  // protobufjs gives a plain array for a field that is not set.
  return Buffer.from(bytes).toString("hex");
}
