// Where an exporter of this package sends, and how a span processor takes that from it.
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import { asksFunction } from "../config/live-headers.ts";
import type { ResolvedConfig } from "../config/resolve-config.ts";
import { createSender, type SenderOptions } from "./create-sender.ts";
import type { ExitableSender } from "./exit-route.ts";

const CONNECTION = Symbol.for("phoenix-otel.connection");

/** What a span processor of this package needs to send by itself. */
export interface ExporterConnection {
  readonly config: ResolvedConfig;
  /** Deadline of one attempt. */
  readonly timeoutMillis: number;
  /** Whether a function gives headers or key: the sender asks it once ahead, so it should be there early. */
  readonly asksFunction: boolean;
  /** `flushOnExit` tells whether the exit flush waits for what is in flight. */
  createSender(flushOnExit: boolean): ExitableSender;
}

/** The connection of a resolved configuration. */
export function createConnection(
  config: ResolvedConfig,
  options: Omit<SenderOptions, "flushOnExit">,
  timeoutMillis: number = config.transport.timeoutMillis.value,
): ExporterConnection {
  return {
    config,
    timeoutMillis,
    asksFunction: asksFunction(options),
    createSender: (flushOnExit) => createSender(config, { ...options, flushOnExit }),
  };
}

/** Lets span processors of this package, whichever loaded copy they are of, take the connection. */
export function attachConnection(exporter: SpanExporter, connection: ExporterConnection): void {
  Object.defineProperty(exporter, CONNECTION, { value: connection });
}

/** The connection behind an exporter of this package, whichever loaded copy made it. */
export function connectionOf(exporter: SpanExporter): ExporterConnection | undefined {
  return (exporter as { [CONNECTION]?: ExporterConnection })[CONNECTION];
}
