// The two ways to construct a processor: our options object, or OpenTelemetry's (exporter, config).
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import { PhoenixConfigError } from "../config/config-error.ts";
import { currentSurroundings } from "../config/environment.ts";
import type { MaskingSettings } from "../config/masking-settings.ts";
import type { RegisterOptions } from "../config/options.ts";
import { resolveConfigIn } from "../config/resolve-config.ts";
import { sayAll } from "../diagnostics.ts";
import { connectionOf, createConnection, type ExporterConnection } from "../exporters/connection.ts";
import type { DeliveryKnobs } from "./delivery-knobs.ts";

/** Options of the processors. */
export interface SpanProcessorOptions
  extends
    DeliveryKnobs,
    Pick<
      RegisterOptions,
      | "endpoint"
      | "url"
      | "protocol"
      | "projectName"
      | "apiKey"
      | "headers"
      | "flushOnExit"
      | "spool"
      | "traceConfig"
      | "mask"
      | "spanFilter"
      | "translate"
    > {
  /**
   * Sends the spans. One of this package gives its connection to the processor; another one receives
   * spans, as OpenTelemetry's processors hand them over: one call at a time, and by `SimpleSpanProcessor` inside
   * `end()` where no call is open. Goes without endpoint, protocol, key and headers.
   */
  exporter?: SpanExporter;
}

/** The arguments, read. */
export interface ProcessorArguments {
  readonly options: SpanProcessorOptions;
  readonly connection: ExporterConnection;
  /** What is hidden unless a provider of ours says otherwise. */
  readonly masking: MaskingSettings;
  /** An exporter that is not of this package: it receives spans, not bytes. */
  readonly foreignExporter?: SpanExporter;
}

const CONNECTION_WORDS = ["endpoint", "url", "protocol", "apiKey", "headers"] as const;

/** Reads a processor's constructor arguments and resolves where it sends. Throws `PhoenixConfigError`. */
export function readProcessorArguments(
  first: SpanProcessorOptions | SpanExporter,
  config: DeliveryKnobs,
  caller: string,
): ProcessorArguments {
  const options: SpanProcessorOptions = isExporter(first) ? { ...config, exporter: first } : first;
  const { exporter, ...words } = options;
  const own = exporter && connectionOf(exporter);
  if (exporter !== undefined) {
    const both = CONNECTION_WORDS.find((word) => options[word] !== undefined);
    if (both !== undefined) {
      throw new PhoenixConfigError({
        code: "PHX103",
        message: `${caller}({ exporter, ${both} }): the exporter knows where it sends. Give ${both} to the exporter, or leave the exporter out.`,
      });
    }
  }
  if (exporter !== undefined && own === undefined && Boolean(options.spool)) {
    throw new PhoenixConfigError({
      code: "PHX105",
      message: `${caller}({ exporter, spool }): spool keeps requests, and an exporter of somebody else makes its own. Leave spool out, or give endpoint and headers instead of the exporter.`,
    });
  }
  const resolved = resolveConfigIn(words, currentSurroundings(), caller, "span processors");
  const { projectName, spool } = resolved;
  const connection = own
    ? { ...own, config: { ...own.config, projectName, spool } }
    : createConnection(resolved);
  if (exporter === undefined) sayAll(resolved.problems);
  return {
    options,
    connection,
    masking: resolved.masking,
    ...(exporter !== undefined && own === undefined && { foreignExporter: exporter }),
  };
}

const isExporter = (value: SpanProcessorOptions | SpanExporter): value is SpanExporter =>
  typeof (value as SpanExporter).export === "function";
