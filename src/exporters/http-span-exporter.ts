// OTLP over HTTP/protobuf: OpenTelemetry's exporter with Phoenix's endpoint and headers.
import type { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { ConnectionOptions } from "../config/options.ts";
import { createHeadersProvider } from "../config/headers-provider.ts";
import { resolveConfig } from "../config/resolve-config.ts";
import { LazySpanExporter } from "./lazy-span-exporter.ts";

type StockOptions = NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>;

/** Options of {@link HTTPSpanExporter}: those of OpenTelemetry's exporter, with Phoenix's words added. */
export interface HTTPSpanExporterOptions
  extends Omit<StockOptions, "headers" | "url">, Omit<ConnectionOptions, "protocol"> {}

/**
 * Sends spans to Phoenix by OTLP over HTTP/protobuf. A drop-in for OpenTelemetry's `OTLPTraceExporter` of
 * `@opentelemetry/exporter-trace-otlp-proto`, whose options and `OTEL_EXPORTER_OTLP_*` variables hold;
 * `endpoint` (alias `url`) and the headers come from `PHOENIX_*` variables when not given.
 *
 * @throws PhoenixConfigError when an option is wrong.
 */
export class HTTPSpanExporter extends LazySpanExporter {
  constructor(options: HTTPSpanExporterOptions = {}) {
    const { endpoint, url, apiKey, headers, ...stock } = options;
