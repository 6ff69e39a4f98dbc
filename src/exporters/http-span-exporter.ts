// OTLP over HTTP/protobuf: OpenTelemetry's exporter with Phoenix's endpoint and headers.
import type { RegisterOptions } from "../config/options.ts";
import type { StockHttpOptions } from "./create-sender.ts";
import { LONGEST_TIMER_MILLIS } from "../deadline.ts";
import { connectExporter } from "./connect-exporter.ts";
import { LazySpanExporter } from "./lazy-span-exporter.ts";
import { stockHttpExporter } from "./stock-exporters.ts";

/** Options of {@link HTTPSpanExporter}: those of OpenTelemetry's exporter, with Phoenix's words added. */
export interface HTTPSpanExporterOptions
  extends
    Omit<StockHttpOptions, "headers" | "url">,
    Pick<RegisterOptions, "endpoint" | "url" | "apiKey" | "headers"> {}

/**
 * Sends spans to Phoenix by OTLP over HTTP/protobuf. A drop-in for the `OTLPTraceExporter` of
 * `@opentelemetry/exporter-trace-otlp-proto`, whose options and `OTEL_EXPORTER_OTLP_*` variables hold;
 * endpoint (alias `url`) and headers come from the `PHOENIX_*` variables where not given.
 * Loads OpenTelemetry's exporter with the first export.
 *
 * @throws PhoenixConfigError when an option is wrong.
 */
export class HTTPSpanExporter extends LazySpanExporter {
  constructor(options: HTTPSpanExporterOptions = {}) {
    const { stock, ...connection } = connectExporter(options, "http/protobuf", "new HTTPSpanExporter");
    const { url } = connection.config.target.value;
    // OpenTelemetry's exporters set one timer of the platform.
    const timeoutMillis = Math.min(connection.timeoutMillis, LONGEST_TIMER_MILLIS);
    super({
      ...connection,
      create: async (headers) => stockHttpExporter({ ...stock, timeoutMillis, url }, headers),
    });
  }
}
