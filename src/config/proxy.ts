// The proxy variables, as curl and grpc-js read them.
import { isNearHost } from "./near-host.ts";

/** The variables that matter, as the environment has them. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/** The names that count for each protocol, first come first; grpc-js reads them in lower case alone. */
const NAMES = {
  "https:": ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
  "http:": ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
  grpc: ["grpc_proxy", "https_proxy", "http_proxy"],
};
const NO_PROXY_NAMES = { http: ["no_proxy", "NO_PROXY"], grpc: ["no_grpc_proxy", "no_proxy"] };

/**
 * Gives the URL of the HTTP proxy for `url`, or `undefined` to go straight. Over HTTP `https_proxy`
 * counts for `https`, `http_proxy` for `http`, then `all_proxy`, in lower case first; over gRPC what
 * grpc-js reads. `no_proxy` names hosts, domain suffixes, `host:port`, blocks of IPv4 addresses
 * (`10.0.0.0/8`) or `*`. Loopback hosts and names without a dot are always reached straight. A proxy
 * that is not an `http://` URL is passed over.
 */
export function proxyFor(
  url: string,
  environment: ProxyEnvironment,
  protocol: "grpc" | "http/protobuf" = "http/protobuf",
): string | undefined {
  const { protocol: scheme, hostname, port } = new URL(url);
  if (isNearHost(hostname)) return undefined;
  const first = (names: readonly string[]): string | undefined =>
    names.map((name) => environment[name]).find((value) => value !== undefined && value !== "");
  const isGrpc = protocol === "grpc";
  const proxy = first(NAMES[isGrpc ? "grpc" : scheme === "https:" ? "https:" : "http:"]);
  const noProxy = first(NO_PROXY_NAMES[isGrpc ? "grpc" : "http"]) ?? "";
  if (proxy === undefined || isExempt(hostname, port, noProxy)) return undefined;
  const withScheme = proxy.includes("://") ? proxy : `http://${proxy}`;
  return URL.canParse(withScheme) && withScheme.startsWith("http://") ? withScheme : undefined;
}

function isExempt(hostname: string, port: string, noProxy: string): boolean {
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*" || isInBlock(hostname, entry)) return true;
      const [, host = "", onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      if (onlyPort !== undefined && onlyPort !== port) return false;
      const suffix = host.replace(/^\*?\./, "");
      return hostname === suffix || hostname.endsWith(`.${suffix}`);
    });
}

function isInBlock(hostname: string, entry: string): boolean {
  const [block = "", bits = "33"] = entry.split("/");
  const [address, first] = [ipv4Number(hostname), ipv4Number(block)];
  if (address === undefined || first === undefined || !/^\d+$/.test(bits) || Number(bits) > 32) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(address / size) === Math.floor(first / size);
}

function ipv4Number(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined;
  return text.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}
