// The JSON that the view serves to its page. Times are milliseconds, fractions included; texts are as they came.

/** A trace in the list. */
export interface TraceRow {
  readonly traceId: string;
  /** Changes whenever spans were added. */
  readonly revision: number;
  /** Name and kind of the first root. */
  readonly name: string;
  readonly kind: string;
  readonly project: string;
  /** Since 1970. */
  readonly startMillis: number;
  readonly durationMillis: number;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly tokenCount: number;
  /** Whether a parent has not arrived. */
  readonly parentMissing: boolean;
  /** The kinds of all spans. */
  readonly kinds: readonly string[];
  readonly sessions: readonly string[];
  /** The start of what was asked and answered; empty where nothing was recorded. */
  readonly input: string;
  readonly output: string;
}

/** `GET /api/traces`: every trace that is kept, newest first. */
export interface TraceList {
  readonly version: string;
  readonly traces: readonly TraceRow[];
}

/** `GET /api/matches?text=…`: the traces that hold the text. */
export interface TraceMatches {
  readonly traceIds: readonly string[];
}

/** A span in the tree of its trace. */
export interface SpanRow {
  readonly spanId: string;
  /** 1 at the top. */
  readonly level: number;
  readonly hasChildren: boolean;
  readonly parentMissing: boolean;
  readonly name: string;
  readonly kind: string;
  readonly model: string;
  /** After the start of the trace. */
  readonly offsetMillis: number;
  readonly durationMillis: number;
  readonly failed: boolean;
  readonly tokenCount: number | null;
}

/** `GET /api/traces/<trace id>`: its spans, children below their parents. */
export interface TraceData {
  readonly version: string;
  readonly trace: TraceRow;
  readonly spans: readonly SpanRow[];
}

/** An attribute value: bytes are base64, integers beyond 2^53 and numbers that are none are texts. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** Attributes by key. */
export type JsonAttributes = Readonly<Record<string, JsonValue>>;

/** Something that happened inside a span. */
export interface EventData {
  readonly name: string;
  /** After the start of the span. */
  readonly offsetMillis: number;
  readonly attributes: JsonAttributes;
}

/** `GET /api/traces/<trace id>/spans/<span id>`: everything that is known of a span. */
export interface SpanData {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  /** The OpenInference kind, else OpenTelemetry's. */
  readonly kind: string;
  readonly startMillis: number;
  readonly durationMillis: number;
  readonly status: { readonly code: "UNSET" | "OK" | "ERROR"; readonly message: string };
  readonly attributes: JsonAttributes;
  readonly events: readonly EventData[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes: JsonAttributes;
  }[];
  readonly resource: JsonAttributes;
  readonly scope: { readonly name: string; readonly version: string };
}

/** `GET /api/sessions?id=…`: the traces of a session, oldest first, with what was asked and answered in full. */
export interface SessionData {
  readonly version: string;
  readonly traces: readonly TraceRow[];
}
