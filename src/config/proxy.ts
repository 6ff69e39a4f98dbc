// The proxy of each destination, from the variables that curl and grpc-js read.
import type { Diagnostic } from "../diagnostics.ts";
import { decodeUserPart, quoteEndpoint } from "./endpoint.ts";
import type { Environment, Variable } from "./environment.ts";
import { readText } from "./environment.ts";
import { addressFamily, isNearHost, plainHost } from "./hosts.ts";
import type { Problems, Resolved } from "./resolved.ts";
import type { Destination, Protocol, Target } from "./target.ts";
import { unquoted } from "./unquoted.ts";

/** A proxy as `http://host:port` or `https://host:port`. */
export interface ResolvedProxy extends Resolved<string> {
  /** The same with its user part, a secret: in no printed form, not enumerable. */
  readonly url: string;
}

/** The names that count for each kind of URL, first come first; grpc-js reads them in lower case alone. */
const NAMES = {
  "https:": ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
  "http:": ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
  grpc: ["grpc_proxy", "https_proxy", "http_proxy"],
} as const;
const NO_PROXY_NAMES = {
  "http/protobuf": ["no_proxy", "NO_PROXY"],
  grpc: ["no_grpc_proxy", "no_proxy", "NO_PROXY"],
} as const;

/** Gives each destination of `target` the proxy that the variables name for it. */
export function withProxies(target: Target, environment: Environment, problems: Problems): Target {
  const told = new Map<Variable, Diagnostic>();
  const { fallback, ...first } = target;
  const result = {
    ...withProxy(first, environment, told),
    ...(fallback && { fallback: withProxy(fallback, environment, told) }),
  };
  problems.push(...told.values());
  return result;
}

/**
 * Over HTTP `https_proxy` counts for `https`, `http_proxy` for `http`, then `all_proxy`, in lower case first; over gRPC
 * what grpc-js reads. `no_proxy` names hosts, domains, addresses and blocks of addresses, each also with a port, and `*` stands for anything.
 * Hosts that are near are reached straight. A variable that names no HTTP proxy is told and skipped: the next one counts.
 */
function withProxy(
  { protocol, url }: Destination,
  environment: Environment,
  told: Map<Variable, Diagnostic>,
): Destination {
  const place = placeOf(url, protocol);
  if (isNearHost(place.host) || isExempt(place, environment)) return { protocol, url };
  const wrong: { variable: Variable; text: string }[] = [];
  let proxy: ResolvedProxy | undefined;
  for (const variable of NAMES[place.kind]) {
    const text = readText(environment, variable);
    if (text === undefined) continue;
    proxy = parseProxy(text, variable);
    if (proxy !== undefined) break;
    wrong.push({ variable, text });
  }
  const used = proxy === undefined ? "None is used" : `Using ${proxy.value} (${proxy.source})`;
  for (const { variable, text } of wrong) {
    told.set(variable, {
      code: "PHX124",
      message: `${variable} is ${quoteEndpoint(text)}, which is no http:// or https:// proxy. ${used} for ${place.host}. Set it to "http://host:port", or name ${place.host} in no_proxy.`,
    });
  }
  return proxy === undefined ? { protocol, url } : { protocol, url, proxy };
}

/** What the rules look at. */
interface Place {
  readonly kind: keyof typeof NAMES;
  readonly protocol: Protocol;
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

function placeOf(url: string, protocol: Protocol): Place {
  const { protocol: scheme, hostname, port } = new URL(url);
  const isSecure = scheme === "https:";
  return {
    kind: protocol === "grpc" ? "grpc" : isSecure ? "https:" : "http:",
    protocol,
    host: plainHost(hostname),
    port: port === "" ? (isSecure ? 443 : 80) : Number(port),
  };
}

/** The parts of a user part are encoded anew, so that `%`, `#`, `/` or `@` in a password is just that. */
function parseProxy(text: string, source: Variable): ResolvedProxy | undefined {
  const full = text.includes("://") ? text : `http://${text}`;
  const [, scheme = "", given = "", rest = ""] = /^(https?:\/\/)(?:(.*)@)?([^@]*)$/is.exec(full) ?? [];
  if (scheme === "" || !URL.canParse(scheme + rest)) return undefined;
  const { protocol, host } = new URL(scheme + rest);
  const colon = given.indexOf(":");
  const [user, secret] = (colon === -1 ? [given, ""] : [given.slice(0, colon), given.slice(colon + 1)]).map(
    (part) => encodeURIComponent(decodeUserPart(part)),
  );
  const userPart = given === "" || given === ":" ? "" : `${user}:${secret}@`;
  const shown = { value: `${protocol}//${host}`, source };
  return Object.defineProperty(shown, "url", { value: `${protocol}//${userPart}${host}` }) as ResolvedProxy;
}

function isExempt(place: Place, environment: Environment): boolean {
  const [text = ""] = NO_PROXY_NAMES[place.protocol].flatMap((name) => readText(environment, name) ?? []);
  return text
    .toLowerCase()
    .split(/[\s,;|]+/)
    .map((entry) => unquoted(entry).replace(/^[a-z]+:\/\/([^/]*).*$/, "$1"))
    .some((entry) => entry !== "" && names(entry, place));
}

/** Whether one entry of `no_proxy` names the place. */
function names(entry: string, { host, port }: Place): boolean {
  // A port follows a name, an IPv4 address or brackets: in a bare IPv6 address the colon means something else.
  const [, named = "", only] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [undefined, entry];
  if (only !== undefined && Number(only) !== port) return false;
  const family = addressFamily(host);
  if (named.includes("*") && family !== undefined) return matches(named.replace(/[[\]]/g, ""), host);
  if (family !== undefined) return containsAddress(named, host, family);
  const domain = plainHost(named.replace(/^\*?\./, ""));
  if (domain.includes("*")) return matches(domain, host);
  return host === domain || host.endsWith(`.${domain}`);
}

/** Whether a text with `*` for anything is `host`: `*`, `*example.com`, `10.0.*`. */
function matches(pattern: string, host: string): boolean {
  const escaped = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`).test(host);
}

/** Whether an address, or a block such as `10.0.0.0/8` or `fd00::/8`, has `address` in it. */
function containsAddress(block: string, address: string, family: "ipv4" | "ipv6"): boolean {
  const [network = "", bits] = block.replace(/[[\]]/g, "").split("/");
  if (addressFamily(network) !== family) return false;
  const most = family === "ipv4" ? 32 : 128;
  const prefix = bits === undefined ? most : /^\d+$/.test(bits) ? Number(bits) : Infinity;
  if (prefix > most) return false;
  const list = new (process.getBuiltinModule("node:net").BlockList)();
  list.addSubnet(network, prefix, family);
  return list.check(address, family);
}
