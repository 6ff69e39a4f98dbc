// What the programs trace with: register(), pointed at the receiver the way the test wants it.
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, register, TracerProvider } from "../../src/index.ts";

type Environment = Record<string, string | undefined>;
type Provider = ReturnType<typeof register>;

const slots = globalThis as { started?: Provider; asked?: number };

/**
 * Registers over WAY: gRPC or HTTP by name, or neither, which means gRPC first; `stock` is
 * OpenTelemetry's exporter in our processor, `two-servers` a processor for each URL. Where a preload did
 * so already, gives what that got.
 */
export function start({ WAY, HTTP_URL, GRPC_URL, FLUSH_ON_EXIT, KEY_AFTER_MILLIS }: Environment): Provider {
  // A function, which must be asked at exit too when nothing was sent before.
  const headers = () => {
    slots.asked = (slots.asked ?? 0) + 1;
    return { "x-key": "secret" };
  };
  const apiKey = async (): Promise<string> => {
    if (KEY_AFTER_MILLIS === "fails") throw new Error("the key secret cannot be read");
    await new Promise((resolve) => void setTimeout(resolve, Number(KEY_AFTER_MILLIS)).unref());
    return "late-key";
  };
  const options = {
    ...(KEY_AFTER_MILLIS === undefined ? { headers } : { apiKey }),
    flushOnExit: FLUSH_ON_EXIT !== "false",
  };
  const named = {
    http: { endpoint: HTTP_URL ?? "", protocol: "http/protobuf" },
    grpc: { endpoint: GRPC_URL ?? "", protocol: "grpc" },
  } as const;
  if (WAY === "stock") {
    const exporter = new OTLPTraceExporter({ url: `${HTTP_URL}/v1/traces` });
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    slots.started ??= provider;
  }
  if (WAY === "two-servers") {
    const endpoints = [HTTP_URL ?? "", GRPC_URL ?? ""];
    const processors = endpoints.map(
      (endpoint) => new BatchSpanProcessor({ endpoint, protocol: "http/protobuf" }),
    );
    slots.started ??= new TracerProvider({ spanProcessors: processors });
  }
  slots.started ??= register({
    ...options,
    ...(WAY === "http" || WAY === "grpc" ? named[WAY] : {}),
  });
  return slots.started;
}
