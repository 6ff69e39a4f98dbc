// What the programs trace with: register(), pointed at the receiver the way the test wants it.
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, register, TracerProvider } from "phoenix-otel";

/** What a preload of this process got; a program that starts again gets the same. */
let started;

/**
 * Registers over WAY: gRPC or HTTP by name, or neither, which means gRPC first; `stock` is
 * OpenTelemetry's exporter in our processor.
 */
export function start({ WAY, HTTP_URL, GRPC_URL, FLUSH_ON_EXIT }) {
  // A function, which must be asked at exit too when nothing was sent before.
  const headers = () => ({ "x-key": "secret" });
  const options = { headers, flushOnExit: FLUSH_ON_EXIT !== "false" };
  const named = {
    http: { endpoint: HTTP_URL, protocol: "http/protobuf" },
    grpc: { endpoint: GRPC_URL, protocol: "grpc" },
  };
  if (WAY === "stock") {
    const exporter = new OTLPTraceExporter({ url: `${HTTP_URL}/v1/traces` });
    started ??= new TracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  }
  return (started ??= register({ ...options, ...named[WAY] }));
}
