// Which endpoint and gRPC port count, and who named them.
import { PhoenixConfigError } from "./config-error.ts";
import type { Endpoint } from "./endpoint.ts";
import { parseEndpoint, quoteEndpoint, suggestEndpoint } from "./endpoint.ts";
import type { RegisterOptions } from "./options.ts";
import type { Problems, Resolved } from "./resolved.ts";
import { DEFAULT_SOURCE } from "./resolved.ts";
import { numberKind, quote } from "./setting.ts";
import type { EndpointOrigin } from "./target.ts";
import { DEFAULT_GRPC_PORT } from "./target.ts";
import type { Tier } from "./tier.ts";
import { readVariable } from "./tier.ts";
import { unquoted } from "./unquoted.ts";

/** An endpoint, who named it, and its source. */
interface NamedEndpoint extends Resolved<Endpoint> {
  readonly origin: EndpointOrigin;
  /** The file it was read from; undefined for every other source. */
  readonly file: string | undefined;
}

/** Where the server is, before the protocol is known. */
export interface Location {
  readonly endpoint: NamedEndpoint;
  readonly grpcPort: Resolved<number>;
}

const ENDPOINT_VARIABLES = [
  ["PHOENIX_COLLECTOR_ENDPOINT", "phoenix"],
  ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "otel-traces"],
  ["OTEL_EXPORTER_OTLP_ENDPOINT", "otel"],
  ["PHOENIX_ENDPOINT", "phoenix"],
] as const;

const DEFAULT_ENDPOINT: NamedEndpoint = {
  value: {
    scheme: "http",
    grpc: false,
    host: "localhost",
    port: 6006,
    path: "",
    query: "",
    authorization: undefined,
  },
  source: DEFAULT_SOURCE,
  origin: "default",
  file: undefined,
};

const PORT = numberKind("a port from 1 to 65535", 1, 65_535);

/**
 * The option's endpoint, else the first tier's that names an endpoint or a gRPC port. The option, like a variable,
 * claims the whole group for the process: the file then says nothing about the place. Throws
 * {@link PhoenixConfigError} for a wrong option.
 */
export function resolveLocation(
  options: RegisterOptions,
  processTier: Tier,
  fileTier: () => Tier | undefined,
  caller: string,
  problems: Problems,
): Location {
  const wrong: Wrong[] = [];
  const option = optionEndpoint(options, caller);
  let endpoint = option ?? readEndpoint(processTier, wrong);
  let grpcPort = readGrpcPort(processTier, wrong);
  if (endpoint === undefined && grpcPort === undefined) {
    const file = fileTier();
    if (file !== undefined) {
      endpoint = readEndpoint(file, wrong);
      grpcPort = readGrpcPort(file, wrong);
    }
  }
  const location = {
    endpoint: endpoint ?? DEFAULT_ENDPOINT,
    grpcPort: grpcPort ?? { value: DEFAULT_GRPC_PORT, source: DEFAULT_SOURCE },
  };
  for (const tell of wrong) problems.push(tell(location));
  return location;
}

/** A variable that was skipped: tells so once it is known what is used instead. */
type Wrong = (location: Location) => Problems[number];

const optionEndpoint = (options: RegisterOptions, caller: string): NamedEndpoint | undefined => {
  const given = (["endpoint", "url"] as const).flatMap((name) => {
    const text = unquoted(options[name] ?? "");
    return text === "" ? [] : [{ name, text }];
  });
  const [first, second] = given;
  if (first === undefined) return undefined;
  if (second !== undefined && second.text !== first.text) {
    throw new PhoenixConfigError({
      code: "PHX103",
      message: `${caller}({ endpoint: ${quoteEndpoint(first.text)}, url: ${quoteEndpoint(second.text)} }): endpoint and url mean the same and differ. Give one of them.`,
    });
  }
  const value = parseEndpoint(first.text);
  if (value !== undefined)
    return { value, source: `option ${first.name}`, origin: "option", file: undefined };
  throw new PhoenixConfigError({
    code: "PHX101",
    message: `${caller}({ ${first.name}: ${quoteEndpoint(first.text)} }): ${first.name} is not a URL. Did you mean ${suggestEndpoint(first.text)}?`,
  });
};

const readEndpoint = (tier: Tier, wrong: Wrong[]): NamedEndpoint | undefined => {
  for (const [variable, origin] of ENDPOINT_VARIABLES) {
    const text = readVariable(tier, variable);
    if (text === undefined) continue;
    const value = parseEndpoint(text.value);
    if (value !== undefined) return { value, source: text.source, origin, file: tier.file };
    wrong.push(({ endpoint }) => ({
      code: "PHX101",
      message: `${text.source} is ${quoteEndpoint(text.value)}, which is not a URL. Using ${showEndpoint(endpoint)}. Set it to ${suggestEndpoint(text.value)}.`,
    }));
  }
  return undefined;
};

const readGrpcPort = (tier: Tier, wrong: Wrong[]): Resolved<number> | undefined => {
  const text = readVariable(tier, "PHOENIX_GRPC_PORT");
  if (text === undefined) return undefined;
  const value = PORT.parse(text.value);
  if (value !== undefined) return { value, source: text.source };
  wrong.push(({ grpcPort }) => ({
    code: "PHX102",
    message: `${text.source} is ${quote(text.value)}, which is not ${PORT.expects}. Using ${grpcPort.value} (${grpcPort.source}). Set it to the port Phoenix takes gRPC on.`,
  }));
  return undefined;
};

const showEndpoint = ({ value, source }: NamedEndpoint): string => {
  const port = value.port === undefined ? "" : `:${value.port}`;
  return `${value.scheme}://${value.host}${port}${value.path}${value.query} (${source})`;
};
