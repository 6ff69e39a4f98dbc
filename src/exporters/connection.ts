// Where an exporter of this package sends, and how a span processor takes that from it.
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import type { ResolvedConfig } from "../config/resolved-config.ts";
import type { Target } from "../config/target.ts";
import { processKey } from "../process-slot.ts";
import { createTargetSender, type StockConnection } from "./create-sender.ts";
import type { ExitableSender } from "./exit-route.ts";

/** Raised with the shape of {@link ExporterConnection}: an exporter of another release is one of somebody else. */
const CONNECTION = processKey("connection", 1);

/** What a span processor of this package needs to send by itself. */
export interface ExporterConnection {
  readonly config: ResolvedConfig;
  /** Deadline of one attempt. */
  readonly timeoutMillis: number;
  /**
   * `flushOnExit` tells whether the exit flush waits for what is in flight; `target` is the configuration's, or one of its
   * two ways alone.
   */
  createSender(flushOnExit: boolean, target?: Target): ExitableSender;
}

/** The connection of a resolved configuration; `stock` is what an exporter was given of OpenTelemetry's own options. */
export function createConnection(
  config: ResolvedConfig,
  stock: StockConnection = {},
  timeoutMillis: number = config.transport.timeoutMillis.value,
): ExporterConnection {
  return {
    config,
    timeoutMillis,
    createSender: (flushOnExit, target = config.target.value) =>
      createTargetSender(
        { ...config, target: { ...config.target, value: target } },
        { connection: stock, flushOnExit },
      ),
  };
}

/** Lets span processors of this package, whichever loaded copy they are of, take the connection. */
export function attachConnection(exporter: SpanExporter, connection: ExporterConnection): void {
  Object.defineProperty(exporter, CONNECTION, { value: connection });
}

/** The connection behind an exporter of this package, whichever loaded copy made it. */
export function connectionOf(exporter: SpanExporter): ExporterConnection | undefined {
  return Reflect.get(exporter, CONNECTION) as ExporterConnection | undefined;
}
