// What holds where nothing is set, as in most programs that only just begin: they need not wait for all that reads settings.
import type { Environment, Surroundings } from "./environment.ts";
import { findEnvFilePath } from "./env-file-path.ts";
import type { RegisterOptions } from "./options.ts";
import { printableConfig, printableHeaders } from "./printable.ts";
import type { ResolvedConfig } from "./resolve-config.ts";
import { DEFAULT_SOURCE, type Resolved } from "./resolved.ts";

/**
 * Every variable that counts without an option, and some that do not. Not those of proxies: the default endpoint is on this
 * machine, which is reached straight.
 */
const OURS = /^(?:PHOENIX|OTEL|OPENINFERENCE)_/i;

/** Whether there is nothing to read: no option, no variable that counts and no `.env.phoenix`. */
export function isNothingSet(options: RegisterOptions, surroundings: Surroundings): boolean {
  return (
    !isAnyGiven(options) && !isAnySet(surroundings.environment) && findEnvFilePath(surroundings) === undefined
  );
}

/** What is not an object as it is written in code has to be looked at closely. */
function isAnyGiven(options: unknown): boolean {
  if (typeof options !== "object" || options === null) return true;
  if (Object.getPrototypeOf(options) !== Object.prototype) return true;
  return Object.values(options).some((value) => value !== undefined);
}

function isAnySet(environment: Environment): boolean {
  try {
    // Not by a loop of `for` and `in`: that asks for each variable whether it can be listed.
    return Reflect.ownKeys(environment).some((name) => OURS.test(String(name)));
  } catch {
    // Deno may allow some variables by name, and no list of them.
    return true;
  }
}

const byDefault = <T>(value: T): Resolved<T> => ({ value, source: DEFAULT_SOURCE });

/** The settings where nothing is set, anew each time: the same that resolving gives then. */
export function defaultConfig({ disabled = false }: { readonly disabled?: boolean } = {}): ResolvedConfig {
  return printableConfig({
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
    disabled: byDefault(disabled),
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
      base64ImageMaxLength: byDefault(32_000),
      blobUploader: undefined,
      hasMask: false,
    },
    problems: [],
  });
}
