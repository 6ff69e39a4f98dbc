// OTLP over gRPC: OpenTelemetry's exporter with Phoenix's endpoint and headers.
import type { RegisterOptions } from "../config/options.ts";
import type { StockGrpcOptions, StockHttpOptions } from "./create-sender.ts";
import { LONGEST_TIMER_MILLIS } from "../deadline.ts";
import { connectExporter } from "./connect-exporter.ts";
import { LazySpanExporter } from "./lazy-span-exporter.ts";
import { stockGrpcExporter } from "./stock-exporters.ts";

type PhoenixWords = Pick<RegisterOptions, "endpoint" | "url" | "apiKey" | "headers">;

/** `ChannelCredentials` of `@grpc/grpc-js`, by what they do: its own types do not compile in every program that uses these. */
export interface GrpcCredentials {
  compose(callCredentials: never): unknown;
  _isSecure(): boolean;
  _equals(other: never): boolean;
}

/** `Metadata` of `@grpc/grpc-js`, by what it does. */
export interface GrpcMetadata {
  get(key: string): (string | Uint8Array)[];
  set(key: string, value: string | Uint8Array): void;
  clone(): GrpcMetadata;
  toHttp2Headers(): object;
}

/** Options of {@link GRPCSpanExporter}: those of OpenTelemetry's exporter, with Phoenix's words added. */
export interface GRPCSpanExporterOptions
  extends Omit<StockHttpOptions, "headers" | "httpAgentOptions" | "keepAlive" | "url">, PhoenixWords {
  /** Certificates, or that there are none; the endpoint's scheme decides without them. */
  credentials?: GrpcCredentials;
  /** Sent with each request; a key in it wins over the header of that name. */
  metadata?: GrpcMetadata;
}

/**
 * Sends spans to Phoenix by OTLP over gRPC. A drop-in for the `OTLPTraceExporter` of
 * `@opentelemetry/exporter-trace-otlp-grpc`, whose options and `OTEL_EXPORTER_OTLP_*` variables hold;
 * endpoint (alias `url`) and headers come from the `PHOENIX_*` variables where not given. A key that
 * `metadata` has wins over the header of that name. Loads OpenTelemetry's exporter with the first export.
 *
 * @throws PhoenixConfigError when an option is wrong.
 */
export class GRPCSpanExporter extends LazySpanExporter {
  constructor(options: GRPCSpanExporterOptions = {}) {
    const given = options as PhoenixWords & Omit<StockGrpcOptions, "url">;
    const { stock, ...connection } = connectExporter(given, "grpc", "new GRPCSpanExporter");
    const { url } = connection.config.target.value;
    // OpenTelemetry's exporters set one timer of the platform.
    const timeoutMillis = Math.min(connection.timeoutMillis, LONGEST_TIMER_MILLIS);
    super({
      ...connection,
      create: async (headers) => stockGrpcExporter({ ...stock, timeoutMillis, url }, headers),
    });
  }
}
