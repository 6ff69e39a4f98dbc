// OpenTelemetry's OTEL_EXPORTER_OTLP_* variables of the connection: timeout, compression, TLS.
import { accessSync, constants, statSync } from "node:fs";
import type { Environment, Variable } from "./environment.ts";
import { readText } from "./environment.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import { SWITCH, numberKind, readSetting, wordKind } from "./setting.ts";

/** How to connect. The variable for traces wins over the one for all signals. */
export interface OtlpTransportSettings {
  /** Of one attempt, 10,000 by default. */
  readonly timeoutMillis: Resolved<number>;
  /** Undefined when nothing says it: the exporter may choose. */
  readonly compression: Resolved<"gzip" | "none"> | undefined;
  /** Path of the certificate authorities to trust, in PEM. */
  readonly certificate: Resolved<string> | undefined;
  /** Path of the client's private key, in PEM; set only together with `clientCertificate`. */
  readonly clientKey: Resolved<string> | undefined;
  /** Path of the client's certificate chain, in PEM; set only together with `clientKey`. */
  readonly clientCertificate: Resolved<string> | undefined;
  /** For gRPC endpoints written without a scheme; the scheme of an endpoint always wins over it. */
  readonly insecure: Resolved<boolean> | undefined;
}

const DEFAULT_TIMEOUT_MILLIS = 10_000;
const TIMEOUT = numberKind("a whole number of milliseconds above 0", 1);
const COMPRESSION = wordKind("gzip", "none");

/** Reads the variables; a wrong value becomes a problem and the next one counts. Certificates are looked for, not read. */
export function readOtlpTransportSettings(
  environment: Environment,
  problems: Problems,
): OtlpTransportSettings {
  const key = readFilePath(environment, "CLIENT_KEY", problems);
  const certificate = readFilePath(environment, "CLIENT_CERTIFICATE", problems);
  if ((key === undefined) !== (certificate === undefined)) {
    const [given, missing] =
      key === undefined
        ? [certificate, "OTEL_EXPORTER_OTLP_CLIENT_KEY"]
        : [key, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"];
    problems.push({
      code: "PHX117",
      message: `${given?.source} is set without a usable ${missing}. Connecting without a client certificate. Set both or none.`,
    });
  }
  const chain = key !== undefined && certificate !== undefined;
  return {
    timeoutMillis: readSetting(environment, pair("TIMEOUT"), TIMEOUT, "10000 (default)", problems) ?? {
      value: DEFAULT_TIMEOUT_MILLIS,
      source: DEFAULT_SOURCE,
    },
    compression: readSetting(environment, pair("COMPRESSION"), COMPRESSION, "the default", problems),
    certificate: readFilePath(environment, "CERTIFICATE", problems),
    clientKey: chain ? key : undefined,
    clientCertificate: chain ? certificate : undefined,
    insecure: readSetting(environment, pair("INSECURE"), SWITCH, "the scheme of the endpoint", problems),
  };
}

type Setting = "TIMEOUT" | "COMPRESSION" | "CERTIFICATE" | "CLIENT_KEY" | "CLIENT_CERTIFICATE" | "INSECURE";

const pair = (setting: Setting): readonly [Variable, Variable] => [
  `OTEL_EXPORTER_OTLP_TRACES_${setting}`,
  `OTEL_EXPORTER_OTLP_${setting}`,
];

const readFilePath = (
  environment: Environment,
  setting: Setting,
  problems: Problems,
): Resolved<string> | undefined => {
  for (const variable of pair(setting)) {
    const file = readText(environment, variable);
    if (file === undefined) continue;
    const fault = readFault(file);
    if (fault === undefined) return { value: file, source: variable };
    problems.push({
      code: "PHX117",
      message: `${variable} names ${JSON.stringify(file)}, which ${fault}. Connecting without it. Set it to a PEM file.`,
    });
  }
  return undefined;
};

const readFault = (file: string): string | undefined => {
  try {
    if (!statSync(file).isFile()) return "is not a file";
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`;
  }
};
