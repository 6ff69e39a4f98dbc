// The parameters of a request: the request without its messages, tools and secrets.
import { asList, asRecord, type ReadRecord } from "../read-value.ts";

/** Members that carry credentials or plumbing, whichever SDK: they are no parameters of the model. */
const NEVER = new Set([
  "abortSignal",
  "apiKey",
  "api_key",
  "authorization",
  "authorization_token",
  "extraHeaders",
  "extra_headers",
  "fetch",
  "headers",
  "httpOptions",
  "signal",
]);

/** Gives a request without the named members, without credentials, without functions; nothing where nothing is left. */
export function invocationParameters(
  request: ReadRecord,
  without: readonly string[],
  replaced: ReadRecord = {},
): ReadRecord | undefined {
  const parameters: Record<string, unknown> = {};
  for (const key of Object.keys(request)) {
    if (NEVER.has(key) || without.includes(key)) continue;
    const value = key in replaced ? replaced[key] : request[key];
    if (typeof value === "function") continue;
    parameters[key] = key === "mcp_servers" ? asList(value).map(withoutSecrets) : value;
  }
  return Object.keys(parameters).length === 0 ? undefined : parameters;
}

/** Gives a copy of an object without the members that carry credentials; anything else as it is. */
export function withoutSecrets(value: unknown): unknown {
  const record = asRecord(value);
  if (record === undefined) return value;
  return Object.fromEntries(Object.entries(record).filter(([key]) => !NEVER.has(key)));
}
