// A span as traces are put together, drawn and told of, wherever it comes from: the wire, or this process.

/** An attribute value: integers beyond 2^53 are `bigint`, an unset value is `null`. */
export type AttributeValue =
  | string
  | boolean
  | number
  | bigint
  | Uint8Array
  | null
  | readonly AttributeValue[]
  | { readonly [key: string]: AttributeValue };

/** Attributes by key. */
export type Attributes = { readonly [key: string]: AttributeValue };

/** OpenTelemetry's span kind; the OpenInference kind is the attribute `openinference.span.kind`. */
export type SpanKindName = "UNSPECIFIED" | "INTERNAL" | "SERVER" | "CLIENT" | "PRODUCER" | "CONSUMER";

/** OpenTelemetry's status code. */
export type StatusName = "UNSET" | "OK" | "ERROR";

/** Something that happened inside a span. */
export interface TraceEvent {
  readonly name: string;
  /** Nanoseconds since 1970. */
  readonly timeNanos: bigint;
  readonly attributes: Attributes;
}

/** A pointer to another span. */
export interface TraceLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** What made the span: the instrumentation's name and version. */
export interface TraceScope {
  readonly name: string;
  readonly version: string;
}

/** An ended span. Ids are lower-case hex, times are nanoseconds since 1970. */
export interface TraceSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent on a root span. */
  readonly parentSpanId: string | undefined;
  /** Whether the parent lives in another process, which may send it elsewhere or never. */
  readonly parentIsRemote: boolean;
  readonly name: string;
  readonly kind: SpanKindName;
  readonly startTimeNanos: bigint;
  readonly endTimeNanos: bigint;
  readonly status: { readonly code: StatusName; readonly message: string };
  readonly attributes: Attributes;
  readonly events: readonly TraceEvent[];
  readonly links: readonly TraceLink[];
  /** The attributes of the resource, the Phoenix project among them. */
  readonly resource: Attributes;
  readonly scope: TraceScope;
}
