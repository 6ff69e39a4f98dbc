// Spans that ended in real providers, of OpenTelemetry 2.x and 1.x.
import type { Context, Span } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import {
  BasicTracerProvider as BasicTracerProvider1,
  InMemorySpanExporter as InMemorySpanExporter1,
  SimpleSpanProcessor as SimpleSpanProcessor1,
} from "sdk-trace-base-1";

/** What a provider of OpenTelemetry 2.x ends up with after `record` has run. */
export function endedSpans(
  record: (tracer: ReturnType<BasicTracerProvider["getTracer"]>) => void,
): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  record(provider.getTracer("app", "1.2.3"));
  return exporter.getFinishedSpans();
}

/** One span of OpenTelemetry 2.x. */
export function endedSpan(name = "span"): ReadableSpan {
  return endedSpans((tracer) => tracer.startSpan(name).end())[0]!;
}

/** What a provider of OpenTelemetry 1.x ends up with: typed as what our processors are given, which it is not. */
export function endedSpansOf1(
  record: (tracer: { startSpan(name: string, options?: object, context?: Context): Span }) => void,
): ReadableSpan[] {
  const exporter = new InMemorySpanExporter1();
  const provider = new BasicTracerProvider1({ spanProcessors: [new SimpleSpanProcessor1(exporter)] });
  record(provider.getTracer("old app", "0.1"));
  return exporter.getFinishedSpans() as unknown as ReadableSpan[];
}

/** The span with members of its own: values, or getters that throw for `unreadable`. */
export function altered(span: ReadableSpan, values: object, ...unreadable: string[]): ReadableSpan {
  const copy = Object.create(span, Object.getOwnPropertyDescriptors(values)) as ReadableSpan;
  for (const key of unreadable) Object.defineProperty(copy, key, { get: fail });
  return copy;
}

/** What every value that cannot be read does. */
export function fail(): never {
  throw new Error("cannot be\nread");
}

/** A proxy of which nothing can be read. */
export function revoked(target: object = {}): never {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy as never;
}
