// Which protocol somebody named: the option, else OpenTelemetry's variables.
import type { Environment } from "./environment.ts";
import type { RegisterOptions } from "./options.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import { readSetting, wordKind } from "./setting.ts";
import type { Protocol } from "./target.ts";

/** The named protocol, or "infer" when nobody named one. */
export function resolveProtocol(
  options: RegisterOptions,
  environment: Environment,
  problems: Problems,
): Resolved<Protocol | "infer"> {
  const read = readSetting(
    environment,
    ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"],
    wordKind("grpc", "http/protobuf"),
    "the protocol the endpoint suggests",
    problems,
  );
  if (options.protocol !== undefined && options.protocol !== "infer") {
    return { value: options.protocol, source: "option protocol" };
  }
  return read ?? { value: "infer", source: DEFAULT_SOURCE };
}
