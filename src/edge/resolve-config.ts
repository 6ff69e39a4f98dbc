// resolveConfig() where nothing is traced: tracing is off.
import type { AutoInstrument } from "../config/auto-instrument.ts";
import { ensureCollectorEndpoint } from "../config/collector-endpoint.ts";
import { resolveMasking } from "../config/masking-settings.ts";
import type { RegisterOptions } from "../config/options.ts";
import type { ResolvedConfig } from "../config/resolve-config.ts";
import { DEFAULT_SOURCE, type Resolved } from "../config/resolved.ts";

const DEFAULT_ENDPOINT = "http://localhost:6006";
/** Why nothing is sent. */
const EDGE = "edge build";

const byDefault = <T>(value: T): Resolved<T> => ({ value, source: DEFAULT_SOURCE });

/** Gives settings by which nothing is sent: of the options, those that say where and how. No variable and no file counts. */
export function resolveConfig(options: RegisterOptions = {}): ResolvedConfig {
  const option = <T>(name: keyof RegisterOptions, otherwise: T): Resolved<T> => {
    const value = options[name] as T | undefined;
    return value === undefined ? byDefault(otherwise) : { value, source: `option ${name}` };
  };
  const endpoint = options.endpoint ?? options.url ?? DEFAULT_ENDPOINT;
  const settings = {
    target: {
      value: { protocol: "http/protobuf", url: ensureCollectorEndpoint(endpoint) },
      source: endpoint === DEFAULT_ENDPOINT ? DEFAULT_SOURCE : "option endpoint",
    },
    protocol: option("protocol", "infer"),
    projectName: option("projectName", "default"),
    batch: option("batch", true),
    global: option("global", true),
    autoInstrument: byDefault<AutoInstrument>([]),
    flushOnExit: option("flushOnExit", true),
    spool: undefined,
    verbose: option("verbose", false),
    maxValueLength: option("maxValueLength", 1_048_576),
    attributeCountLimit: byDefault(10_000),
    disabled: { value: true, source: EDGE },
    sendsTraces: { value: false, source: EDGE },
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
    masking: resolveMasking(options, {}, []),
    problems: [],
  } satisfies Omit<ResolvedConfig, "headers" | "toJSON">;
  const headers = { ...byDefault({}), sources: {} };
  return {
    ...settings,
    headers: { ...headers, toJSON: () => headers },
    toJSON: () => ({ ...settings, headers }),
  };
}
