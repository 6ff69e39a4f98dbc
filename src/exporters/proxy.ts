// The proxy variables, as curl and grpc-js read them.
import { isNearHost } from "./near-host.ts";

/** The variables that matter, as the environment has them. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Gives the URL of the HTTP proxy for `url`, or `undefined` to go straight: `https_proxy` for
 * `https`, `http_proxy` for `http`, then `all_proxy`, in lower case first; `no_proxy` names hosts,
 * domain suffixes, `host:port` or `*`. Loopback hosts and names without a dot are always reached
 * straight. A proxy that is not an `http://` URL is passed over.
 */
export function proxyFor(url: string, environment: ProxyEnvironment): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  if (isNearHost(hostname)) return undefined;
  const either = (name: string): string | undefined =>
    environment[name] || environment[name.toUpperCase()] || undefined;
  const proxy = either(protocol === "https:" ? "https_proxy" : "http_proxy") ?? either("all_proxy");
  if (proxy === undefined || isExempt(hostname, port, either("no_proxy") ?? "")) return undefined;
  const withScheme = proxy.includes("://") ? proxy : `http://${proxy}`;
  return URL.canParse(withScheme) && withScheme.startsWith("http://") ? withScheme : undefined;
}

function isExempt(hostname: string, port: string, noProxy: string): boolean {
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const [, host = "", onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      if (onlyPort !== undefined && onlyPort !== port) return false;
      const suffix = host.replace(/^\*?\./, "");
      return hostname === suffix || hostname.endsWith(`.${suffix}`);
    });
}
