// The drop-in provider with exporter and processor put together by hand, as in plain OpenTelemetry.
// Only the import changes: without it these are the classes of `@opentelemetry/sdk-trace-node`.
import { BatchSpanProcessor, HTTPSpanExporter, TracerProvider } from "phoenix-otel";

const url = process.env["EXAMPLE_ENDPOINT"] ?? "http://localhost:6006/v1/traces";

const exporter = new HTTPSpanExporter({ url });
const provider = new TracerProvider({
  projectName: "by-hand",
  spanProcessors: [new BatchSpanProcessor(exporter, { maxExportBatchSize: 100 })],
});
const tracer = provider.getTracer("example");

tracer.startActiveSpan("greet", (span) => {
  span.setAttribute("input.value", "Ada");
  span.end();
});

await provider.shutdown();
