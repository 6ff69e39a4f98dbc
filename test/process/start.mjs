// What the programs trace with: register(), pointed at the receiver the way the test wants it.
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, register, TracerProvider } from "phoenix-otel";

/** What a preload of this process got; a program that starts again gets the same. */
let started;

/** How often the headers function was asked. */
export let asked = 0;

/**
 * Registers over WAY: gRPC or HTTP by name, or neither, which means gRPC first; `stock` is
 * OpenTelemetry's exporter in our processor, `two-servers` a processor for each URL. SPOOL is the option as JSON.
 */
export function start({ WAY, HTTP_URL, GRPC_URL, FLUSH_ON_EXIT, KEY_AFTER_MILLIS, SPOOL }) {
  // A function, which must be asked at exit too when nothing was sent before.
  const headers = () => {
    asked++;
    return { "x-key": "secret" };
  };
  const apiKey = async () => {
    if (KEY_AFTER_MILLIS === "fails") throw new Error("the key secret cannot be read");
    await new Promise((resolve) => void setTimeout(resolve, Number(KEY_AFTER_MILLIS)).unref());
    return "late-key";
  };
  const options = {
    ...(KEY_AFTER_MILLIS === undefined ? { headers } : { apiKey }),
    flushOnExit: FLUSH_ON_EXIT !== "false",
    ...(SPOOL !== undefined && { spool: JSON.parse(SPOOL) }),
  };
  const named = {
    http: { endpoint: HTTP_URL, protocol: "http/protobuf" },
    grpc: { endpoint: GRPC_URL, protocol: "grpc" },
  };
  if (WAY === "stock") {
    const exporter = new OTLPTraceExporter({ url: `${HTTP_URL}/v1/traces` });
    started ??= new TracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  }
  if (WAY === "two-servers") {
    const spanProcessors = [HTTP_URL, GRPC_URL].map(
      (endpoint) => new BatchSpanProcessor({ endpoint, protocol: "http/protobuf" }),
    );
    started ??= new TracerProvider({
      spanProcessors,
      ...(SPOOL !== undefined && { spool: JSON.parse(SPOOL) }),
    });
  }
  return (started ??= register({ ...options, ...named[WAY] }));
}
