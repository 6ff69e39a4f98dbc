// Requests and responses as what they ask and answer, without credentials, cookies, sockets and the client that sends them.
import { safeHeaders, safeUrl } from "./credential-names.ts";
import { nameClass, readProperty } from "./name-value.ts";

type Members = Readonly<Record<string, unknown>>;

/** Classes of Node that are named and not written: sockets, connections, streams, the process. All emit events. */
const EMITTERS = [
  "Socket",
  "Agent",
  "Server",
  "Http2Session",
  "ClientHttp2Session",
  "ServerHttp2Session",
  "Dispatcher",
  "Stream",
  "process",
];

/** Others that are. */
const NAMED = [
  "AbortSignal",
  "AbortController",
  "FormData",
  "CookieJar",
  "RequestCookies",
  "ResponseCookies",
];

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

/** Those of the members that are there. */
function pick(value: object, ...keys: readonly string[]): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const key of keys) {
    const member = readProperty(value, key);
    if (isPresent(member) && typeof member !== "function") {
      picked[key] = key === "url" || key === "originalUrl" ? safeUrl(member) : member;
    }
  }
  return picked;
}

const request = (value: object): Members => ({
  ...pick(value, "method", "url", "params", "query", "body"),
  headers: safeHeaders(readProperty(value, "headers")),
});

const response = (value: object): Members => ({
  ...pick(value, "statusCode", "statusMessage", "url", "body"),
  headers: safeHeaders(readProperty(value, "headers")),
});

function outgoing(value: object): Members {
  const getHeaders = readProperty(value, "getHeaders");
  return {
    ...pick(value, "method", "host", "statusCode"),
    path: safeUrl(readProperty(value, "path")),
    headers: typeof getHeaders === "function" ? safeHeaders(Reflect.apply(getHeaders, value, [])) : undefined,
  };
}

/** What is written of an instance of these classes: members, or its name; `undefined` for what is none of HTTP. */
export function httpInstance(value: object, names: ReadonlySet<string>): Members | string | undefined {
  if (names.has("IncomingMessage") || names.has("Http2ServerRequest")) {
    return isPresent(readProperty(value, "statusCode")) ? response(value) : request(value);
  }
  if (names.has("OutgoingMessage") || names.has("Http2ServerResponse")) return outgoing(value);
  if (names.has("AxiosHeaders") || (names.has("Headers") && "getSetCookie" in value)) {
    return safeHeaders(value) as Members;
  }
  const isFetch = (names.has("Response") || names.has("Request")) && "arrayBuffer" in value;
  if (isFetch) {
    return {
      ...pick(value, "method", "status", "statusText", "url"),
      headers: safeHeaders(readProperty(value, "headers")),
    };
  }
  const isNamed = names.has("EventEmitter") ? EMITTERS : NAMED;
  return isNamed.some((name) => names.has(name)) ? `[${nameClass(value)}]` : wrapped(value);
}

/** Requests and replies of frameworks around Node's own, such as Fastify's. */
function wrapped(value: object): Members | undefined {
  const { value: raw } = (Object.getOwnPropertyDescriptor(value, "raw") ?? {}) as { value?: unknown };
  if (typeof raw !== "object" || raw === null) return undefined;
  if ("httpVersion" in raw) return request(value);
  return "writeHead" in raw ? pick(value, "statusCode") : undefined;
}

/** The same for objects without a class: an axios response, and the settings of a request. */
export function httpLiteral(value: object): Members | undefined {
  if ("config" in value && "headers" in value && "status" in value && "data" in value) {
    return {
      ...pick(value, "status", "statusText"),
      headers: safeHeaders(readProperty(value, "headers")),
      ...pick(value, "data"),
    };
  }
  if ("transformRequest" in value || ("adapter" in value && "validateStatus" in value)) {
    return {
      ...pick(value, "method", "baseURL", "url", "params", "data"),
      headers: safeHeaders(readProperty(value, "headers")),
    };
  }
  return undefined;
}
