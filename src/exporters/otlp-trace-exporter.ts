// OpenTelemetry's own exporter of OTLP over HTTP/protobuf, read with the first export.
import { currentSurroundings, type Surroundings } from "../config/environment.ts";
import { settingsPart } from "../config/settings-part.ts";
import { LONGEST_TIMER_MILLIS } from "../deadline.ts";
import { connectExporter } from "./connect-exporter.ts";
import type { StockHttpOptions } from "./create-sender.ts";
import { LazySpanExporter } from "./lazy-span-exporter.ts";
import { stockHttpExporter } from "./stock-exporters.ts";

/** Where OpenTelemetry's exporter sends when nobody says. */
const DEFAULT_URL = "http://localhost:4318/v1/traces";

/**
 * The `OTLPTraceExporter` of `@opentelemetry/exporter-trace-otlp-proto`, with its options and defaults: it sends to `url` as
 * it is written, and knows nothing of the `PHOENIX_*` variables; `HTTPSpanExporter` does. In a processor of this package it
 * delivers as that one does, at the end of the process too.
 *
 * @throws PhoenixConfigError when an option is wrong.
 */
export class OTLPTraceExporter extends LazySpanExporter {
  constructor(config: StockHttpOptions = {}) {
    const { url, ...options } = config;
    const caller = "new OTLPTraceExporter";
    const { stock, ...connection } = connectExporter(
      options as Omit<typeof options, "headers"> & { headers?: Record<string, string> },
      "http/protobuf",
      caller,
      stockSurroundings(url, caller),
    );
    const { value } = connection.config.target;
    const timeoutMillis = Math.min(connection.timeoutMillis, LONGEST_TIMER_MILLIS);
    super({
      ...connection,
      create: async (headers) => stockHttpExporter({ ...stock, timeoutMillis, url: value.url }, headers),
    });
  }
}

/** What OpenTelemetry's exporter looks at: no variable and no file of Phoenix's. Its own variable means a URL verbatim. */
function stockSurroundings(url: string | undefined, caller: string): Surroundings {
  const { environment, userId } = currentSurroundings();
  const stock = Object.entries(environment).filter(([name]) => !name.startsWith("PHOENIX_"));
  const named = Object.fromEntries(stock);
  return {
    environment: { ...named, ...endpointVariable(url, named, caller), PHOENIX_DISCOVER_CONFIG: "false" },
    workingDirectory: undefined,
    userId,
  };
}

function endpointVariable(
  url: string | undefined,
  environment: Surroundings["environment"],
  caller: string,
): Surroundings["environment"] {
  if (url !== undefined) {
    settingsPart.get(true)?.endpointGiven(url, (quoted) => `${caller}({ url: ${quoted} })`);
    return { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url };
  }
  const isSet = (name: string): boolean => (environment[name] ?? "").trim() !== "";
  if (isSet("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") || isSet("OTEL_EXPORTER_OTLP_ENDPOINT")) return {};
  return { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: DEFAULT_URL };
}
