// Traces for the page: recorded by the real SDK with random ids, sent as OTLP over HTTP.
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";

/** A span to record: when it starts in milliseconds after its trace, how long it takes, what is inside. */
export interface SpanPlan {
  readonly name: string;
  /** 0 by default. */
  readonly at?: number;
  /** 10 by default. */
  readonly millis?: number;
  readonly attributes?: Attributes;
  readonly kind?: SpanKind;
  readonly links?: Link[];
  readonly events?: readonly { readonly name: string; readonly attributes: Attributes }[];
  /** Ends the span with this error. */
  readonly error?: Error;
  readonly children?: readonly SpanPlan[];
}

/** Where and when traces are recorded. */
export interface RecordOptions {
  /** `web` by default. */
  readonly project?: string;
  /** When the first trace starts, in milliseconds since 1970; each other one starts a second later. Now by default. */
  readonly startMillis?: number;
}

/** The attribute that says what a span does. */
export const kind = (name: string): Attributes => ({ "openinference.span.kind": name });

/** Records a trace for each plan; parents come after their children, as they end. */
export function recordTraces(plans: readonly SpanPlan[], options: RecordOptions = {}): ReadableSpan[] {
  const { project = "web", startMillis = Date.now() } = options;
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "openinference.project.name": project }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer("web-test", "1.2.3");
  const record = (plan: SpanPlan, zeroMillis: number, parent: Context): void => {
    const { at = 0, millis = 10, error } = plan;
    const span = tracer.startSpan(
      plan.name,
      {
        startTime: zeroMillis + at,
        kind: plan.kind ?? SpanKind.INTERNAL,
        attributes: plan.attributes ?? {},
        links: plan.links ?? [],
      },
      parent,
    );
    for (const child of plan.children ?? []) record(child, zeroMillis, trace.setSpan(parent, span));
    for (const { name, attributes } of plan.events ?? []) span.addEvent(name, attributes, zeroMillis + at);
    if (error !== undefined) {
      span.recordException(error, zeroMillis + at);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    }
    span.end(zeroMillis + at + millis);
  };
  for (const [index, plan] of plans.entries()) record(plan, startMillis + index * 1_000, ROOT_CONTEXT);
  return exporter.getFinishedSpans();
}

/** Sends spans in requests of up to 500. */
export async function sendSpans(url: string, spans: readonly ReadableSpan[]): Promise<void> {
  for (let at = 0; at < spans.length; at += 500) {
    const body = ProtobufTraceSerializer.serializeRequest(spans.slice(at, at + 500)) ?? new Uint8Array();
    const response = await fetch(`${url}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: Buffer.from(body),
    });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  }
}

/** Records and sends a trace for each plan; gives their spans. */
export async function sendTraces(
  url: string,
  plans: readonly SpanPlan[],
  options: RecordOptions = {},
): Promise<ReadableSpan[]> {
  const spans = recordTraces(plans, options);
  await sendSpans(url, spans);
  return spans;
}
