// What the two exporters share: Phoenix's words resolved, OpenTelemetry's own options set apart.
import { currentSurroundings } from "../config/environment.ts";
import { createHeadersProvider } from "../config/live-headers.ts";
import type { RegisterOptions } from "../config/options.ts";
import { resolveConfigIn } from "../config/resolve-config.ts";
import type { Protocol } from "../config/target.ts";
import { sayAll } from "../diagnostics.ts";
import type { SenderOptions } from "./create-sender.ts";
import { createConnection } from "./connection.ts";
import type { LazySpanExporterParts } from "./lazy-span-exporter.ts";

type StockConnection = NonNullable<SenderOptions["connection"]> & { timeoutMillis?: number };
type PhoenixWords = Pick<RegisterOptions, "endpoint" | "url" | "apiKey" | "headers">;

/** Everything a `LazySpanExporter` needs but the exporter itself, and the options left for that one. */
export interface ConnectedExporter<Options> extends Omit<LazySpanExporterParts, "create"> {
  readonly stock: Omit<Options, keyof PhoenixWords>;
}

/** Resolves where an exporter sends and says what is wrong with the variables. Throws for a wrong option. */
export function connectExporter<Options extends PhoenixWords & StockConnection>(
  options: Options,
  protocol: Protocol,
  caller: string,
): ConnectedExporter<Options> {
  const { endpoint, url, apiKey, headers, ...stock } = options;
  const words = {
    ...(endpoint !== undefined && { endpoint }),
    ...(url !== undefined && { url }),
    ...(apiKey !== undefined && { apiKey }),
    ...(headers !== undefined && { headers }),
  };
  const config = resolveConfigIn({ ...words, protocol }, currentSurroundings(), caller);
  sayAll(config.problems);
  return {
    ...createConnection(config, { ...words, connection: options }, options.timeoutMillis),
    stock,
    headers: createHeadersProvider(config, words),
  };
}
