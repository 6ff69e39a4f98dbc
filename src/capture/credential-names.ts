// Names under which a program holds what belongs to a machine: keys, tokens, cookies.
import { readProperty } from "./name-value.ts";

/** Stands for a value that is left out. */
export const REDACTED = "[redacted]";

/** Members that hold the headers of a request, whoever sends it. */
const HEADER_MEMBERS = new Set(["headers", "header", "rawHeaders", "requestHeaders"]);

/** Headers whose value is a credential. */
const CREDENTIAL_HEADER =
  /authorization|cookie|api[-_]?key|[-_]key$|secret|passw(or)?d|credential|(^|[-_])(auth|access|session|refresh|csrf|xsrf|security|id)?[-_]?token$/i;

/** Parameters of a URL whose value is one. */
const CREDENTIAL_PARAMETER =
  /([?&](?:[\w-]*(?:api[-_]?key|token|secret|signature|credential)|key|sig|password)=)[^&#]*/gi;

/** Whether a member of this name holds headers. */
export const holdsHeaders = (key: string): boolean => key.length < 15 && HEADER_MEMBERS.has(key);

/** Whether a header's value is a credential. */
export const isCredential = (header: string): boolean => CREDENTIAL_HEADER.test(header);

/** A URL without user, password and the parameters that are credentials. */
export function safeUrl(url: unknown): unknown {
  if (typeof url !== "string") return url;
  return url.replace(/^(\w+:\/\/)[^/?#@]*@/, "$1").replace(CREDENTIAL_PARAMETER, "$1…");
}

/**
 * The headers that may be shown, whichever way they are held: an object, a list of pairs, or anything that can be iterated as
 * pairs; under the name `rawHeaders`, a list of names and values. What is none of these is shown as it is.
 */
export function safeHeaders(headers: unknown, key = "headers"): unknown {
  if (typeof headers !== "object" || headers === null) return headers;
  if (Array.isArray(headers)) return key === "rawHeaders" ? safeList(headers) : headers.map(safePair);
  const entries =
    typeof readProperty(headers, "entries") === "function" && Symbol.iterator in headers
      ? Array.from(headers as Iterable<readonly [string, unknown]>)
      : Object.keys(headers).map((name): [string, unknown] => [name, readProperty(headers, name)]);
  return Object.fromEntries(entries.map(safePair) as [string, unknown][]);
}

const safePair = (pair: unknown): unknown =>
  Array.isArray(pair) && pair.length === 2 && isCredential(String(pair[0])) ? [pair[0], REDACTED] : pair;

const safeList = (list: readonly unknown[]): unknown[] =>
  list.map((item, index) => (index % 2 === 1 && isCredential(String(list[index - 1])) ? REDACTED : item));
