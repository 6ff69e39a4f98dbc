// What a caller may pass: the options of register() and of the drop-in classes, each documented here and only here.
import type { Attributes, DiagLogLevel, MeterProvider, TracerProvider } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor, TracerConfig } from "@opentelemetry/sdk-trace-node";
import type { Mask, TraceConfigOptions } from "./masking-settings.ts";
import type { SpoolOptions } from "./spool-settings.ts";
import type { Protocol } from "./target.ts";

/** What `register()` needs of an OpenTelemetry instrumentation. */
export interface Instrumentation {
  /** Its name, for messages. */
  instrumentationName: string;
  /** Starts tracing. */
  enable(): void;
  /** Stops tracing. */
  disable(): void;
  /** Its own settings; `enabled` says whether it runs. */
  getConfig(): { enabled?: boolean };
  /** Says where its spans go. */
  setTracerProvider(provider: TracerProvider): void;
  /** Says where its metrics go. */
  setMeterProvider?(provider: MeterProvider): void;
  /** Says where its logs go. */
  setLoggerProvider?(provider: LoggerProvider): void;
}

/** As much of the logger provider of `@opentelemetry/api-logs` as an instrumentation is given. */
export interface LoggerProvider {
  getLogger(name: string, version?: string, options?: object): Logger;
}

/** What emits the log records of one instrumentation. */
export interface Logger {
  emit(record: object): void;
  enabled(options?: object): boolean;
}

/** Headers of a request by name. */
export type Headers = Record<string, string>;

/** Gives whether a span leaves for Phoenix. */
export type SpanFilter = (span: ReadableSpan) => boolean;

/** A value, or a function asked for it before every request. */
type Live<T> = T | (() => T | Promise<T>);

/**
 * Options of `register()`, of the drop-in classes and of `resolveConfig()`. None is required; a wrong one throws
 * {@link PhoenixConfigError}. Every option of OpenTelemetry's `TracerConfig` is passed to the SDK.
 */
export interface RegisterOptions extends Omit<TracerConfig, "resource" | "spanProcessors"> {
  /**
   * Where Phoenix is, with or without scheme, port, path and query. By default `PHOENIX_COLLECTOR_ENDPOINT`,
   * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`, `PHOENIX_ENDPOINT`, `http://localhost:6006`.
   */
  endpoint?: string;
  /** The same as `endpoint`, under the name OpenTelemetry's exporters use. */
  url?: string;
  /** The protocol, or `"infer"` (the default) to take the variables' or go by the endpoint. */
  protocol?: Protocol | "infer";
  /** The Phoenix project. By default `PHOENIX_PROJECT`, `PHOENIX_PROJECT_NAME`, the resource's own, `"default"`. */
  projectName?: string;
  /**
   * Sent as `authorization: Bearer …`; by default `PHOENIX_API_KEY`. A function is asked before every request, for keys
   * that rotate; a blank key from it means none.
   */
  apiKey?: Live<string>;
  /**
   * Headers of every request, merged key by key over `PHOENIX_CLIENT_HEADERS` and `OTEL_EXPORTER_OTLP_HEADERS`; an
   * `authorization` here wins over every key. A function is asked before every request.
   */
  headers?: Live<Readonly<Record<string, string>>>;
  /** Sends in batches (the default), or each span at once. */
  batch?: boolean;
  /** Becomes OpenTelemetry's global provider (the default), unless another one is there. */
  global?: boolean;
  /** The same as `global`, under the name Python's `phoenix.otel` uses. */
  setGlobalTracerProvider?: boolean;
  /**
   * Traces the clients of the SDKs that the program uses, without wrappers: `true` for all that are known, or a list of
   * their names (docs/auto-instrumentation.md); `"-openai"` means all but that one. Off by default;
   * `PHOENIX_AUTO_INSTRUMENT` narrows `true`, and its `false` holds over this.
   */
  autoInstrument?: boolean | readonly string[];
  /**
   * OpenTelemetry instrumentations to enable. Each gets a tracer provider that follows the global one (this one, where it
   * could not become global), and the meter and logger providers that OpenTelemetry's `registerInstrumentations` gives.
   */
  instrumentations?: readonly (Instrumentation | readonly Instrumentation[])[];
  /** The span processors instead of the Phoenix one; `"auto"` in the list stands for the Phoenix one. */
  spanProcessors?: readonly (SpanProcessor | "auto")[];
  /**
   * What the spans come from: OpenTelemetry's resource, or its attributes as an object. They are added to those of the SDK
   * and of `OTEL_RESOURCE_ATTRIBUTES`.
   */
  resource?: NonNullable<TracerConfig["resource"]> | Attributes;
  /** Characters of one input or output value that are recorded; the rest is cut off with a marker. 1,048,576 by default. */
  maxValueLength?: number;
  /**
   * What of every span is hidden before it leaves, on the span processors that have none of their own. Each key wins over
   * its `OPENINFERENCE_*` variable.
   */
  traceConfig?: TraceConfigOptions;
  /** Is asked for every value after `traceConfig`; `redactSecrets()` makes one. */
  mask?: Mask;
  /**
   * Which spans leave. It is asked when a span ends, and of an open one when a child of it ends; what it orphans hangs
   * under its nearest ancestor that leaves.
   */
  spanFilter?: SpanFilter;
  /** Whether AI spans of other makers leave as OpenInference spans (the default); docs/translation.md lists them. */
  translate?: boolean;
  /** Delivers what is left when the process ends (the default), whatever ends it. */
  flushOnExit?: boolean;
  /**
   * Keeps on disk what could not be delivered when the process ends, for the next `register()` with the same folder and
   * destination: `true` for the usual folder, or the path of one. Off by default. See docs/spool.md.
   */
  spool?: boolean | string | SpoolOptions;
  /** Prints the tracing details on stderr. By default `PHOENIX_VERBOSE`, else off. */
  verbose?: boolean;
  /** Installs OpenTelemetry's console logger at this level. */
  diagLogLevel?: DiagLogLevel;
}

/** Options of `TracerProvider`: those of `register()` that do not reach beyond the provider. */
export type TracerProviderOptions = Omit<
  RegisterOptions,
  "global" | "setGlobalTracerProvider" | "autoInstrument" | "instrumentations" | "diagLogLevel"
>;
