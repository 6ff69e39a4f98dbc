// Spans for the tests of the tree: recorded by the real SDK, encoded by the real serializer, decoded by ours.
import { context, SpanKind, SpanStatusCode, trace, type Attributes } from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { type CollectedSpan, decodeSpans } from "../../src/collector/receive/decode-spans.ts";

/** A span to record: when it starts in milliseconds after the trace, how long it takes, what is inside. */
export interface SpanPlan {
  readonly name: string;
  readonly at: number;
  readonly millis: number;
  readonly attributes?: Attributes;
  readonly kind?: SpanKind;
  readonly status?: "OK" | "UNSET";
  /** Ends the span with this error. */
  readonly error?: Error;
  readonly children?: readonly SpanPlan[];
}

/** When the trace starts: any moment will do. */
const STARTED_MILLIS = Date.UTC(2026, 0, 2, 3, 4, 5);

/** Ids that count up, so that drawn traces look the same every time. */
class CountingIds {
  #count = 0;
  generateTraceId(): string {
    return "5b8aa5a2d2c872e8321cf37308d69df2";
  }
  generateSpanId(): string {
    this.#count += 1;
    return this.#count.toString(16).padStart(16, "0");
  }
}

/** Records the plan and gives its spans as a receiver would decode them, in the order in which they ended. */
export function recordTrace(plan: SpanPlan, project: string | null = "rag-demo"): CollectedSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(project === null ? {} : { "openinference.project.name": project }),
    idGenerator: new CountingIds(),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer("recorded", "1.2.3");
  const record = (span: SpanPlan, parent: ReturnType<typeof context.active>): void => {
    const startTime = STARTED_MILLIS + span.at;
    const recorded = tracer.startSpan(
      span.name,
      { startTime, kind: span.kind ?? SpanKind.INTERNAL, attributes: span.attributes ?? {} },
      parent,
    );
    for (const child of span.children ?? []) record(child, trace.setSpan(parent, recorded));
    if (span.error !== undefined) {
      recorded.recordException(span.error, startTime);
      recorded.setStatus({ code: SpanStatusCode.ERROR, message: span.error.message });
    } else if (span.status !== "UNSET") {
      recorded.setStatus({ code: SpanStatusCode.OK });
    }
    recorded.end(startTime + span.millis);
  };
  record(plan, context.active());
  const bytes = ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans());
  return decodeSpans(bytes ?? new Uint8Array());
}
