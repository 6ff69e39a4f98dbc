// Spans as the bytes of an OTLP request.
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";

/** A request with `count` spans of about 700 bytes, made by the real SDK. */
export function encodeSpans(count: number): Uint8Array {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer("test");
  for (let index = 0; index < count; index++) {
    tracer.startSpan("span", { attributes: { "input.value": "hello ".repeat(100) } }).end();
  }
  return ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? new Uint8Array();
}
