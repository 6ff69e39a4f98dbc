// The URL that Phoenix takes traces at over HTTP, of an address as a person writes it.
import { tracesUrl } from "./traces-url.ts";

/**
 * Gives the URL for traces: the address with `/v1/traces` at its end, whatever its port is.
 *
 * @throws PhoenixConfigError for what is no URL.
 */
export function ensureCollectorEndpoint(url: string): string {
  return tracesUrl(url);
}
