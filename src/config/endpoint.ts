// Text to endpoint: heals a missing scheme, takes the user part out, refuses what is not a URL.

/** The host of Phoenix Cloud, which takes HTTP only and serves each space under `/s/<space>`. */
export const PHOENIX_CLOUD_HOST = "app.phoenix.arize.com";

/** An endpoint taken apart. Holds no secret but `authorization`. */
export interface Endpoint {
  readonly scheme: "http" | "https";
  /** Written with `grpc://` or `grpcs://`. */
  readonly grpc: boolean;
  /** In lower case, IPv6 in brackets. */
  readonly host: string;
  /** As written; undefined when the text names none. */
  readonly port: number | undefined;
  /** As written, case kept. */
  readonly path: string;
  /** With its `?`, as written; empty for none. */
  readonly query: string;
  /** The user part, `name:password@`, as the header HTTP makes of it. A secret. */
  readonly authorization: string | undefined;
}

// The fragment is never sent, so it is matched and left.
const URL_PARTS =
  /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?(\[[^\]]*\]|[^:/?#@]*)(?::(\d*))?([^?#:][^?#]*)?(\?[^#]*)?(?:#.*)?$/i;
const SCHEMES = new Map<string, Pick<Endpoint, "scheme" | "grpc">>([
  ["http", { scheme: "http", grpc: false }],
  ["https", { scheme: "https", grpc: false }],
  ["grpc", { scheme: "http", grpc: true }],
  ["grpcs", { scheme: "https", grpc: true }],
]);

/** Parses an endpoint as a person writes it; undefined when it is not a URL. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const trimmed = text.trim();
  // Control characters and backslashes would be rewritten silently by every URL parser on the way.
  // And no quote belongs into a URL: a lone one came along when it was copied.
  if (/[\s\\\p{Cc}"`\u201C-\u201E\u2018-\u201A\u00AB\u00BB]|^'|'$/u.test(trimmed)) return undefined;
  if (/^https?(?!s?:\/\/)/i.test(trimmed)) return undefined;
  const [, scheme = "", userPart, hostText = "", portText = "", path = "", query = ""] =
    URL_PARTS.exec(healScheme(trimmed)) ?? [];
  const kind = SCHEMES.get(scheme.toLowerCase());
  const host = canonicalHost(hostText);
  const port = portText === "" ? undefined : Number(portText);
  if (kind === undefined || host === undefined) return undefined;
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  if (path !== "" && !path.startsWith("/")) return undefined;
  return {
    ...kind,
    host,
    port,
    path,
    query: query === "?" ? "" : query,
    authorization: userPart === undefined || userPart === "" ? undefined : basicAuthorization(userPart),
  };
}

/** The text of an endpoint for a message: quoted, its user part (all before the last `@`) hidden, cut when long. */
export function quoteEndpoint(text: string): string {
  const shown = text.trim().replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1****@");
  return JSON.stringify(shown.length > 200 ? `${shown.slice(0, 200)}…` : shown);
}

/** What an endpoint that is not a URL was probably meant to be, quoted, ready to be copied. */
export function suggestEndpoint(text: string): string {
  const bare = text.trim().replace(/^["'`\u2018-\u201E\u00AB\u00BB]+|["'`\u2018-\u201E\u00AB\u00BB]+$/gu, "");
  const rest = bare.replace(/^(https?)[:/\\]+/i, "");
  const scheme = /^https/i.test(bare) ? "https" : "http";
  const guess = `${scheme}://${rest}`;
  return parseEndpoint(guess) === undefined ? '"http://localhost:6006"' : quoteEndpoint(guess);
}

const healScheme = (text: string): string => {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  const host = /^(?:[^/?#]*@)?([^:/?#]*)/.exec(text)?.[1]?.toLowerCase();
  return `${host === PHOENIX_CLOUD_HOST ? "https" : "http"}://${text}`;
};

const canonicalHost = (host: string): string | undefined => {
  if (host === "") return undefined;
  try {
    return new URL(`http://${host}/`).hostname;
  } catch {
    return undefined;
  }
};

const basicAuthorization = (userPart: string): string => {
  const colon = userPart.indexOf(":");
  const user = colon === -1 ? userPart : userPart.slice(0, colon);
  const password = colon === -1 ? "" : userPart.slice(colon + 1);
  const credentials = `${decodeUserPart(user)}:${decodeUserPart(password)}`;
  // Not by Buffer: pages use this too.
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(credentials)))}`;
};

/** Percent-decodes a part of a user part; one that does not decode, as a password with a bare `%`, is as it stands. */
export function decodeUserPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
