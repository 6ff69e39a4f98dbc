// What resolveConfig() gives.
import type { DiagLogLevel } from "@opentelemetry/api";
import type { Diagnostic } from "../diagnostics.ts";
import type { AutoInstrument } from "./auto-instrument.ts";
import type { BatchSettings } from "./batch-settings.ts";
import type { ResolvedHeaders } from "./headers.ts";
import type { MaskingSettings } from "./masking-settings.ts";
import type { Resolved } from "./resolved.ts";
import type { SpoolSettings } from "./spool-settings.ts";
import type { Protocol, Target } from "./target.ts";
import type { OtlpTransportSettings } from "./transport-settings.ts";

/**
 * Every setting with its source. Only `headers.value` and the `url` of a proxy hold secrets; they show in no printed form
 * of this object.
 */
export interface ResolvedConfig {
  /** Where spans go; its source is the endpoint's. */
  readonly target: Resolved<Target>;
  /** The protocol that was named, "infer" when none was. */
  readonly protocol: Resolved<Protocol | "infer">;
  readonly headers: ResolvedHeaders;
  readonly projectName: Resolved<string>;
  readonly batch: Resolved<boolean>;
  readonly global: Resolved<boolean>;
  /** The packages of the SDKs that are traced without a wrapper. */
  readonly autoInstrument: Resolved<AutoInstrument>;
  readonly flushOnExit: Resolved<boolean>;
  /** Where on disk is kept what a process leaves; `undefined` while the spool is off. */
  readonly spool: Resolved<SpoolSettings> | undefined;
  readonly verbose: Resolved<boolean>;
  /** Characters. */
  readonly maxValueLength: Resolved<number>;
  /** Attributes of one span. */
  readonly attributeCountLimit: Resolved<number>;
  /** `OTEL_SDK_DISABLED`: the provider records nothing. */
  readonly disabled: Resolved<boolean>;
  /** Not for `OTEL_TRACES_EXPORTER=none`: then there is no Phoenix processor but those that the program makes itself. */
  readonly sendsTraces: Resolved<boolean>;
  /** The name of the sampler that OpenTelemetry's variables name. */
  readonly sampler: Resolved<string> | undefined;
  readonly diagLogLevel: Resolved<DiagLogLevel> | undefined;
  /** `OTEL_BSP_*`. */
  readonly batching: BatchSettings;
  /** `OTEL_EXPORTER_OTLP_*` of the connection. */
  readonly transport: OtlpTransportSettings;
  /** What of spans is hidden before they leave. */
  readonly masking: MaskingSettings;
  /** What `register()` prints: wrong variables, and what is done as asked but probably not meant. Holds no secret. */
  readonly problems: readonly Diagnostic[];
  /** The same without secrets: header values are `****`. */
  toJSON(): Record<string, unknown>;
}
