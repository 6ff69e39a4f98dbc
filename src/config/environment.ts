// The only file that reads process.env. Everything else takes the environment as a parameter.
import { unquoted } from "./unquoted.ts";

/** Every variable of the process environment that this package itself reads. */
export const VARIABLES = [
  "PHOENIX_COLLECTOR_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "PHOENIX_ENDPOINT",
  "PHOENIX_GRPC_PORT",
  "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
  "OTEL_EXPORTER_OTLP_PROTOCOL",
  "PHOENIX_API_KEY",
  "PHOENIX_CLIENT_HEADERS",
  "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
  "OTEL_EXPORTER_OTLP_HEADERS",
  "PHOENIX_PROJECT",
  "PHOENIX_PROJECT_NAME",
  "PHOENIX_DISCOVER_CONFIG",
  "PHOENIX_AUTO_INSTRUMENT",
  "PHOENIX_VERBOSE",
  "OTEL_RESOURCE_ATTRIBUTES",
  "OTEL_SERVICE_NAME",
  "OTEL_SDK_DISABLED",
  "OTEL_TRACES_EXPORTER",
  "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
  "OTEL_ATTRIBUTE_COUNT_LIMIT",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "OTEL_BSP_SCHEDULE_DELAY",
  "OTEL_BSP_EXPORT_TIMEOUT",
  "OTEL_BSP_MAX_QUEUE_SIZE",
  "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
  "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
  "OTEL_EXPORTER_OTLP_TIMEOUT",
  "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
  "OTEL_EXPORTER_OTLP_COMPRESSION",
  "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
  "OTEL_EXPORTER_OTLP_CERTIFICATE",
  "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
  "OTEL_EXPORTER_OTLP_CLIENT_KEY",
  "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
  "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
  "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
  "OTEL_EXPORTER_OTLP_INSECURE",
  "https_proxy",
  "HTTPS_PROXY",
  "http_proxy",
  "HTTP_PROXY",
  "all_proxy",
  "ALL_PROXY",
  "no_proxy",
  "NO_PROXY",
  "grpc_proxy",
  "no_grpc_proxy",
  "XDG_STATE_HOME",
  "OPENINFERENCE_HIDE_INPUTS",
  "OPENINFERENCE_HIDE_OUTPUTS",
  "OPENINFERENCE_HIDE_INPUT_MESSAGES",
  "OPENINFERENCE_HIDE_OUTPUT_MESSAGES",
  "OPENINFERENCE_HIDE_INPUT_TEXT",
  "OPENINFERENCE_HIDE_OUTPUT_TEXT",
  "OPENINFERENCE_HIDE_INPUT_IMAGES",
  "OPENINFERENCE_HIDE_LLM_INVOCATION_PARAMETERS",
  "OPENINFERENCE_HIDE_LLM_TOOLS",
  "OPENINFERENCE_HIDE_PROMPTS",
  "OPENINFERENCE_HIDE_LLM_PROMPTS",
  "OPENINFERENCE_HIDE_CHOICES",
  "OPENINFERENCE_HIDE_EMBEDDINGS_VECTORS",
  "OPENINFERENCE_HIDE_EMBEDDING_VECTORS",
  "OPENINFERENCE_HIDE_EMBEDDINGS_TEXT",
  "OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH",
] as const;

/** The name of a variable this package reads. */
export type Variable = (typeof VARIABLES)[number];

/** Variables by name. A blank value counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What resolution depends on besides the options. Tests pass their own. */
export interface Surroundings {
  readonly environment: Environment;
  /** Where the search for `.env.phoenix` starts; undefined when the directory is gone. */
  readonly workingDirectory: string | undefined;
  /** The user whose files are trusted; undefined where the platform has no user ids (Windows), `NaN` where it is not told. */
  readonly userId: number | undefined;
}

/** A variable's value without the white space and the quotes around it; undefined when unset or blank. */
export function readText(environment: Environment, variable: Variable): string | undefined {
  const text = unquoted(environment[variable] ?? "");
  return text === "" ? undefined : text;
}

/** The environment, directory and user of this process, as they are now. */
export function currentSurroundings(): Surroundings {
  return {
    environment: process.env,
    workingDirectory: currentDirectory(),
    userId: currentUser(),
  };
}

/** Deno asks for a permission. Without it the user is nobody: whose a file is cannot be told then. */
const currentUser = (): number | undefined => {
  try {
    return process.geteuid?.();
  } catch {
    return NaN;
  }
};

const currentDirectory = (): string | undefined => {
  try {
    return process.cwd();
  } catch {
    return undefined; // The directory was removed under the process.
  }
};
