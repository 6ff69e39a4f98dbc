// The knobs of a processor: option, then OTEL_BSP_* variable, then the default.
import { PhoenixConfigError } from "../config/config-error.ts";
import type { BatchSettings } from "../config/batch-settings.ts";

/** Knobs of a processor, in OpenTelemetry's words where it has one. */
export interface DeliveryKnobs {
  /** Most spans of one request; by default only bytes bound it. `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`. */
  maxExportBatchSize?: number;
  /** Most spans in memory; by default only `maxQueueBytes` bounds them. `OTEL_BSP_MAX_QUEUE_SIZE`. */
  maxQueueSize?: number;
  /** How long a span waits for others, 500 ms by default. `OTEL_BSP_SCHEDULE_DELAY`. */
  scheduledDelayMillis?: number;
  /** Upper bound of one attempt. `OTEL_BSP_EXPORT_TIMEOUT`. */
  exportTimeoutMillis?: number;
  /** Most bytes of ended spans in memory, in-flight included: 64 MiB by default. Newer spans are refused. */
  maxQueueBytes?: number;
}

/** The least each knob may be. */
const LEAST: Readonly<Record<keyof DeliveryKnobs, number>> = {
  maxExportBatchSize: 1,
  maxQueueSize: 1,
  scheduledDelayMillis: 0,
  exportTimeoutMillis: 1,
  maxQueueBytes: 1,
};

/** What `Delivery` takes of the knobs. */
export interface DeliveryBounds {
  readonly maxBatchItems?: number;
  readonly maxQueueItems?: number;
  readonly delayMillis?: number;
  readonly exportTimeoutMillis?: number;
  readonly maxQueueBytes?: number;
}

/** Checks the knobs and fills those that are not given from the variables. Throws `PhoenixConfigError`. */
export function resolveKnobs(knobs: DeliveryKnobs, variables: BatchSettings, caller: string): DeliveryBounds {
  for (const name of Object.keys(LEAST) as (keyof DeliveryKnobs)[]) {
    const value: unknown = knobs[name];
    if (value === undefined || (typeof value === "number" && value >= LEAST[name])) continue;
    throw new PhoenixConfigError({
      code: "PHX105",
      message: `${caller}({ ${name} }): ${name} is a number from ${LEAST[name]}, not ${JSON.stringify(value) ?? typeof value}.`,
    });
  }
  const { maxQueueBytes } = knobs;
  const maxBatchItems = knobs.maxExportBatchSize ?? variables.maxExportBatchSize?.value;
  const maxQueueItems = knobs.maxQueueSize ?? variables.maxQueueSize?.value;
  const delayMillis = knobs.scheduledDelayMillis ?? variables.scheduledDelayMillis?.value;
  const exportTimeoutMillis = knobs.exportTimeoutMillis ?? variables.exportTimeoutMillis?.value;
  return {
    ...(maxBatchItems !== undefined && { maxBatchItems }),
    ...(maxQueueItems !== undefined && { maxQueueItems }),
    ...(delayMillis !== undefined && { delayMillis }),
    ...(exportTimeoutMillis !== undefined && { exportTimeoutMillis }),
    ...(maxQueueBytes !== undefined && { maxQueueBytes }),
  };
}
