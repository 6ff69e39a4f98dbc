// From an address as a person gives it in code to the URL that Phoenix takes traces at over HTTP.
import { PhoenixConfigError } from "./config-error.ts";
import { type Endpoint, parseEndpoint, quoteEndpoint, suggestEndpoint } from "./endpoint.ts";
import { DEFAULT_GRPC_PORT, resolveTarget } from "./target.ts";

/** What `ensureCollectorEndpoint` gives. Throws {@link PhoenixConfigError} for what is no URL. */
export function tracesUrl(url: string): string {
  const endpoint = endpointGiven(url, (quoted) => `ensureCollectorEndpoint(${quoted})`);
  const traces = resolveTarget(endpoint, "option", "http/protobuf", DEFAULT_GRPC_PORT).url;
  const userPart = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/?#]*@)/i.exec(url.trim())?.[1] ?? "";
  return traces.replace("://", `://${userPart}`);
}

/** The endpoint that a caller gave in code; throws {@link PhoenixConfigError} for what is none, after the text of `call`. */
export function endpointGiven(url: unknown, call: (quoted: string) => string): Endpoint {
  const endpoint = typeof url === "string" ? parseEndpoint(url) : undefined;
  if (endpoint !== undefined) return endpoint;
  const text = String(url);
  throw new PhoenixConfigError({
    code: "PHX101",
    message: `${call(quoteEndpoint(text))}: this is not a URL. Did you mean ${suggestEndpoint(text)}?`,
  });
}
