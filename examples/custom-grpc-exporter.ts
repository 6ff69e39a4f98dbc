// A gRPC exporter with settings of its own. It takes every option of OpenTelemetry's gRPC exporter.
import { BatchSpanProcessor, GRPCSpanExporter, TracerProvider } from "phoenix-otel";

const endpoint = process.env["EXAMPLE_ENDPOINT"] ?? "http://localhost:4317";

const exporter = new GRPCSpanExporter({
  endpoint,
  headers: { "x-team": "search" },
  timeoutMillis: 5_000,
});
const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });

provider.getTracer("example").startSpan("greet").end();

await provider.shutdown();
