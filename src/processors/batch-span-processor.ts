// OpenTelemetry's BatchSpanProcessor with Phoenix's delivery behind it.
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import type { DeliveryKnobs } from "./delivery-knobs.ts";
import { PhoenixSpanProcessor } from "./phoenix-span-processor.ts";
import { readProcessorArguments, type SpanProcessorOptions } from "./processor-arguments.ts";

/** Options of {@link BatchSpanProcessor}. */
export type BatchSpanProcessorOptions = SpanProcessorOptions;

/**
 * Sends spans to Phoenix in batches, alone or inside any OpenTelemetry provider: the first span leaves
 * within a second, busy processes batch, and nothing is dropped for a passing fault. Constructed with
 * our options, or as OpenTelemetry's with `(exporter, config)`; `OTEL_BSP_*` holds.
 *
 * @throws PhoenixConfigError when an option is wrong.
 */
export class BatchSpanProcessor extends PhoenixSpanProcessor {
  constructor(options?: BatchSpanProcessorOptions);
  constructor(exporter: SpanExporter, config?: DeliveryKnobs);
  constructor(first: BatchSpanProcessorOptions | SpanExporter = {}, config: DeliveryKnobs = {}) {
    super(readProcessorArguments(first, config, "new BatchSpanProcessor"), { immediate: false });
  }
}
