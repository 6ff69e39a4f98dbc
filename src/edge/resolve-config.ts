// resolveConfig() where nothing is traced: tracing is off.
import { ensureCollectorEndpoint } from "../config/collector-endpoint.ts";
import { defaultSettings } from "../config/default-config.ts";
import { resolveMasking } from "../config/masking-settings.ts";
import type { RegisterOptions } from "../config/options.ts";
import { printableConfig } from "../config/printable.ts";
import type { ResolvedConfig } from "../config/resolved-config.ts";
import { DEFAULT_SOURCE, type Resolved } from "../config/resolved.ts";

const DEFAULT_ENDPOINT = "http://localhost:6006";
/** Why nothing is sent. */
const EDGE = "edge build";

/** Gives settings by which nothing is sent: of the options, those that say where and how. No variable and no file counts. */
export function resolveConfig(options: RegisterOptions = {}): ResolvedConfig {
  const defaults = defaultSettings();
  const option = <T>(name: keyof RegisterOptions, otherwise: Resolved<T>): Resolved<T> => {
    const value = options[name] as T | undefined;
    return value === undefined ? otherwise : { value, source: `option ${name}` };
  };
  const endpoint = options.endpoint ?? options.url ?? DEFAULT_ENDPOINT;
  return printableConfig({
    ...defaults,
    target: {
      value: { protocol: "http/protobuf", url: ensureCollectorEndpoint(endpoint) },
      source: endpoint === DEFAULT_ENDPOINT ? DEFAULT_SOURCE : "option endpoint",
    },
    protocol: option("protocol", defaults.protocol),
    projectName: option("projectName", defaults.projectName),
    batch: option("batch", defaults.batch),
    global: option("global", defaults.global),
    flushOnExit: option("flushOnExit", defaults.flushOnExit),
    verbose: option("verbose", defaults.verbose),
    maxValueLength: option("maxValueLength", defaults.maxValueLength),
    disabled: { value: true, source: EDGE },
    sendsTraces: { value: false, source: EDGE },
    masking: resolveMasking(options, {}, []),
  });
}
