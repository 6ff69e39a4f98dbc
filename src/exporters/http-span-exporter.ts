// OTLP over HTTP/protobuf: OpenTelemetry's exporter with Phoenix's endpoint and headers.
import { createHeadersProvider } from "../config/headers-provider.ts";
import type { RegisterOptions } from "../config/options.ts";
import { currentSurroundings } from "../config/environment.ts";
import { resolveConfigIn } from "../config/resolve-config.ts";
import { sayAll } from "../diagnostics.ts";
import { createSender, type StockHttpOptions } from "./create-sender.ts";
import { LazySpanExporter } from "./lazy-span-exporter.ts";

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
    const { endpoint, url, apiKey, headers, ...stock } = options;
    const ours = defined({ endpoint, url, apiKey, headers });
    const config = resolveConfigIn(
      { ...ours, protocol: "http/protobuf" },
      currentSurroundings(),
      "new HTTPSpanExporter",
    );
    sayAll(config.problems);
    super({
      headers: createHeadersProvider(config, ours),
      create: async (current) => {
        const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
        return new OTLPTraceExporter({ ...stock, url: config.target.value.url, headers: current });
      },
      config,
      createSender: (flushOnExit) => createSender(config, { ...ours, flushOnExit, connection: stock }),
    });
  }
}

/** Leaves out what is undefined: an option given as `undefined` is not given. */
export function defined<T extends object>(options: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}
