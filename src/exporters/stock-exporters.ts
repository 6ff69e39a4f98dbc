// OpenTelemetry's own exporters, each read when the first one of it is made.
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import type { StockGrpcOptions, StockHttpOptions } from "./create-sender.ts";

type Headers = Readonly<Record<string, string>>;

/** Makes the one of OTLP over HTTP/protobuf. */
export async function stockHttpExporter(options: StockHttpOptions, headers: Headers): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
  return new OTLPTraceExporter({ ...options, headers: { ...headers } });
}

/** Makes the one of OTLP over gRPC; a key that the metadata of the options has wins over the header of that name. */
export async function stockGrpcExporter(options: StockGrpcOptions, headers: Headers): Promise<SpanExporter> {
  const [{ OTLPTraceExporter }, { Metadata }] = await Promise.all([
    import("@opentelemetry/exporter-trace-otlp-grpc"),
    import("@grpc/grpc-js"),
  ]);
  const metadata = options.metadata?.clone() ?? new Metadata();
  for (const [name, value] of Object.entries(headers)) {
    if (metadata.get(name).length === 0) metadata.set(name, value);
  }
  return new OTLPTraceExporter({ ...options, metadata });
}
