// OpenTelemetry's SimpleSpanProcessor with Phoenix's delivery behind it.
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import { PhoenixSpanProcessor } from "./phoenix-span-processor.ts";
import { readProcessorArguments, type SpanProcessorOptions } from "./processor-arguments.ts";

/** Options of {@link SimpleSpanProcessor}. */
export type SimpleSpanProcessorOptions = Omit<
  SpanProcessorOptions,
  "scheduledDelayMillis" | "maxExportBatchSize"
>;

/**
 * Sends each span to Phoenix as it ends, with one request under way: what ends meanwhile goes with the
 * next one. Constructed with our options, or as OpenTelemetry's with an exporter.
 *
 * @throws PhoenixConfigError when an option is wrong.
 */
export class SimpleSpanProcessor extends PhoenixSpanProcessor {
  constructor(optionsOrExporter: SimpleSpanProcessorOptions | SpanExporter = {}) {
    super(readProcessorArguments(optionsOrExporter, {}, "new SimpleSpanProcessor"), { immediate: true });
  }
}
