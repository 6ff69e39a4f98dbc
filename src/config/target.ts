// The inference table of docs/configuration.md: from an endpoint to protocol, URL and fallback.
import type { Endpoint } from "./endpoint.ts";
import { PHOENIX_CLOUD_HOST } from "./endpoint.ts";
import type { ResolvedProxy } from "./proxy.ts";

/** The protocols Phoenix takes; `http/json` is not one of them. */
export type Protocol = "grpc" | "http/protobuf";

/** One place to send to. gRPC URLs are `http://host:port` or `https://host:port`. Holds no user part. */
export interface Destination {
  readonly protocol: Protocol;
  readonly url: string;
  /** What is gone through to get there; absent for the straight way. */
  readonly proxy?: ResolvedProxy;
}

/** Where spans go. */
export interface Target extends Destination {
  /** Taken when the first destination cannot be reached; only where no protocol was named. */
  readonly fallback?: Destination;
}

/** Who named the endpoint; each infers differently, because each means something else by a port. */
export type EndpointOrigin = "option" | "phoenix" | "otel" | "otel-traces" | "default";

/** The port gRPC listens on where nothing says otherwise, on Phoenix and on OpenTelemetry collectors. */
export const DEFAULT_GRPC_PORT = 4317;

/** Decides protocol and URL. `protocol` is what somebody named, "infer" when nobody did. */
export function resolveTarget(
  endpoint: Endpoint,
  origin: EndpointOrigin,
  protocol: Protocol | "infer",
  grpcPort: number,
): Target {
  if (protocol === "grpc") return grpc(endpoint, namedGrpcPort(endpoint, origin, grpcPort));
  if (protocol === "http/protobuf") return http(endpoint, origin);
  if (endpoint.grpc) return grpc(endpoint, namedGrpcPort(endpoint, origin, grpcPort));

  const port = endpoint.port ?? (endpoint.scheme === "https" ? 443 : 80);
  const bare = tidyPath(endpoint.path) === "" && endpoint.query === "";
  if (!bare) return http(endpoint, origin);
  if (origin === "otel-traces") {
    return port === DEFAULT_GRPC_PORT ? grpc(endpoint, port) : http(endpoint, origin);
  }
  if (endpoint.host === PHOENIX_CLOUD_HOST) return http(endpoint, origin);
  if (origin === "otel") return port === DEFAULT_GRPC_PORT ? grpc(endpoint, port) : http(endpoint, origin);
  if (origin === "option") return port === grpcPort ? grpc(endpoint, port) : http(endpoint, origin);
  if (origin === "phoenix" && port === grpcPort) return grpc(endpoint, port);
  return { ...grpc(endpoint, grpcPort), fallback: http(endpoint, origin) };
}

/**
 * A `PHOENIX_*` endpoint names the port of Phoenix's web server, so its own port counts for gRPC only where `grpc://`
 * says that it is one.
 */
const namedGrpcPort = (endpoint: Endpoint, origin: EndpointOrigin, grpcPort: number): number => {
  if (origin === "phoenix" || origin === "default") {
    return endpoint.grpc ? (endpoint.port ?? grpcPort) : grpcPort;
  }
  return endpoint.port ?? (endpoint.scheme === "https" ? 443 : grpcPort);
};

const grpc = (endpoint: Endpoint, port: number): Destination => ({
  protocol: "grpc",
  url: `${endpoint.scheme}://${endpoint.host}:${port}`,
});

const http = (endpoint: Endpoint, origin: EndpointOrigin): Destination => {
  const port = endpoint.port === undefined ? "" : `:${endpoint.port}`;
  const path = origin === "otel-traces" ? endpoint.path : tracesPath(endpoint);
  return {
    protocol: "http/protobuf",
    url: `${endpoint.scheme}://${endpoint.host}${port}${path}${endpoint.query}`,
  };
};

const tracesPath = (endpoint: Endpoint): string => {
  const path = tidyPath(endpoint.path);
  if (path.endsWith("/v1/traces")) return path;
  if (endpoint.host !== PHOENIX_CLOUD_HOST) return `${path}/v1/traces`;
  // A Cloud URL copied from the browser goes on after the space; what follows is a page, not a prefix.
  const space = /^\/s\/[^/]+/.exec(path)?.[0] ?? "";
  return `${space}/v1/traces`;
};

/** Without doubled and trailing slashes; empty when only slashes were there. */
const tidyPath = (path: string): string => path.replace(/\/{2,}/g, "/").replace(/\/$/, "");
