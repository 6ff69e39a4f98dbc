// What the two exporters share: Phoenix's words resolved, OpenTelemetry's own options set apart.
import { currentSurroundings, type Surroundings } from "../config/environment.ts";
import type { RegisterOptions } from "../config/options.ts";
import { resolveConfigIn } from "../config/resolve-config.ts";
import { settingsPart } from "../config/settings-part.ts";
import type { Protocol } from "../config/target.ts";
import { sayAll } from "../diagnostics.ts";
import { createConnection } from "./connection.ts";
import type { StockConnection } from "./create-sender.ts";
import type { LazySpanExporterParts } from "./lazy-span-exporter.ts";

type PhoenixWords = Pick<RegisterOptions, "endpoint" | "url" | "apiKey" | "headers">;

const PHOENIX_WORDS = ["endpoint", "url", "apiKey", "headers"] as const;

const CONNECTION_OPTIONS = [
  "compression",
  "httpAgentOptions",
  "keepAlive",
  "userAgent",
  "credentials",
  "metadata",
] as const satisfies readonly (keyof StockConnection)[];

/** Everything a `LazySpanExporter` needs but the exporter itself, and the options left for that one. */
export interface ConnectedExporter<Options> extends Omit<LazySpanExporterParts, "create"> {
  readonly stock: Omit<Options, keyof PhoenixWords>;
}

/** Resolves where an exporter sends and says what is wrong with the variables. Throws for a wrong option. */
export function connectExporter<Options extends PhoenixWords & StockConnection & { timeoutMillis?: number }>(
  options: Options,
  protocol: Protocol,
  caller: string,
  surroundings: Surroundings = currentSurroundings(),
): ConnectedExporter<Options> {
  const taker = protocol === "grpc" ? "GRPCSpanExporter" : "HTTPSpanExporter";
  settingsPart.get(true)?.refuseWrongNames(options, caller, taker);
  const { endpoint: _endpoint, url: _url, apiKey: _apiKey, headers: _headers, ...stock } = options;
  const words = pick<PhoenixWords>(options, PHOENIX_WORDS);
  const config = resolveConfigIn({ ...words, protocol }, surroundings, caller);
  sayAll(config.problems);
  const connection = pick<StockConnection>(options, CONNECTION_OPTIONS);
  return { ...createConnection(config, connection, options.timeoutMillis), stock };
}

/** The options of these names that were given. */
function pick<Picked extends object>(options: Picked, names: readonly (keyof Picked)[]): Picked {
  const given = names.filter((name) => options[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, options[name]])) as Picked;
}
