// What holds where nothing is set, as in most programs that only just begin: they need not wait for all that reads settings.
import { printableConfig, printableHeaders } from "./printable.ts";
import type { ResolvedConfig } from "./resolved-config.ts";
import { DEFAULT_SOURCE, type Resolved } from "./resolved.ts";
import { DEFAULT_BASE64_IMAGE_MAX_LENGTH } from "./trace-config-defaults.ts";

const byDefault = <T>(value: T): Resolved<T> => ({ value, source: DEFAULT_SOURCE });

/** The settings where nothing is set, anew each time: the same that resolving gives then. */
export const defaultConfig = ({ disabled = false }: { readonly disabled?: boolean } = {}): ResolvedConfig =>
  printableConfig({ ...defaultSettings(), disabled: byDefault(disabled) });

/** Their values, without a printed form. */
export function defaultSettings(): Omit<ResolvedConfig, "toJSON"> {
  return {
    target: byDefault({
      protocol: "grpc",
      url: "http://localhost:4317",
      fallback: { protocol: "http/protobuf", url: "http://localhost:6006/v1/traces" },
    }),
    protocol: byDefault("infer"),
    headers: printableHeaders({ value: {}, sources: {}, source: DEFAULT_SOURCE }),
    projectName: byDefault("default"),
    batch: byDefault(true),
    global: byDefault(true),
    autoInstrument: byDefault([]),
    flushOnExit: byDefault(true),
    spool: undefined,
    verbose: byDefault(false),
    maxValueLength: byDefault(1_048_576),
    attributeCountLimit: byDefault(10_000),
    disabled: byDefault(false),
    sendsTraces: byDefault(true),
    sampler: undefined,
    diagLogLevel: undefined,
    batching: {
      scheduledDelayMillis: undefined,
      exportTimeoutMillis: undefined,
      maxQueueSize: undefined,
      maxExportBatchSize: undefined,
    },
    transport: {
      timeoutMillis: byDefault(10_000),
      compression: undefined,
      certificate: undefined,
      clientKey: undefined,
      clientCertificate: undefined,
      insecure: undefined,
    },
    masking: {
      hidden: {},
      base64ImageMaxLength: byDefault(DEFAULT_BASE64_IMAGE_MAX_LENGTH),
      blobUploader: undefined,
      hasMask: false,
    },
    problems: [],
  };
}
