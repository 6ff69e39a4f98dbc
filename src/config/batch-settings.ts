// OpenTelemetry's OTEL_BSP_* variables.
import type { Environment } from "./environment.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { numberKind, readSetting } from "./setting.ts";

/** What `OTEL_BSP_*` says; a setting is undefined when its variable is unset or wrong. */
export interface BatchSettings {
  readonly scheduledDelayMillis: Resolved<number> | undefined;
  readonly exportTimeoutMillis: Resolved<number> | undefined;
  /** Spans. */
  readonly maxQueueSize: Resolved<number> | undefined;
  /** Spans. */
  readonly maxExportBatchSize: Resolved<number> | undefined;
}

const DELAY = numberKind("a whole number of milliseconds", 0);
const TIMEOUT = numberKind("a whole number of milliseconds above 0", 1);
const SPANS = numberKind("a whole number of spans above 0", 1);

/** Reads `OTEL_BSP_*`; a wrong value becomes a problem and counts as unset. */
export function readBatchSettings(environment: Environment, problems: Problems): BatchSettings {
  const read = (variable: Parameters<typeof readSetting>[1][number], kind: typeof DELAY) =>
    readSetting(environment, [variable], kind, "the default", problems);
  return {
    scheduledDelayMillis: read("OTEL_BSP_SCHEDULE_DELAY", DELAY),
    exportTimeoutMillis: read("OTEL_BSP_EXPORT_TIMEOUT", TIMEOUT),
    maxQueueSize: read("OTEL_BSP_MAX_QUEUE_SIZE", SPANS),
    maxExportBatchSize: read("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", SPANS),
  };
}
