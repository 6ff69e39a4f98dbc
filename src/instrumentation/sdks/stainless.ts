// SDKs that Stainless makes (openai, @anthropic-ai/sdk, groq-sdk): a client's classes mirror its members.
import { exported, memberAt, splitPath } from "../member-path.ts";
import type { CallReading, CallRow, Exports } from "../sdk-row.ts";

/** `client.chat.completions` is an instance of `Client.Chat.Completions`. */
const classPath = (path: string): string => path.replace(/(^|\.)\w/g, (start) => start.toUpperCase());

/** The prototypes that the calls are methods of, from the client's class: the first of `names` that is exported. */
export function stainlessPrototypes(
  exports: Exports,
  names: readonly string[],
  calls: readonly CallRow[],
): [path: string, prototype: unknown][] {
  const client = names.map((name) => exported(exports, name)).find((each) => typeof each === "function");
  const paths = new Set(calls.map(({ path }) => splitPath(path).holder));
  return [...paths].map((path) => [path, memberAt(client, `${classPath(path)}.prototype`)]);
}

/** The client of a resource, or the client itself. */
export const clientOf = (self: unknown): unknown =>
  memberAt(self, "_client") ?? memberAt(self, "client") ?? self;

/** Where it sends its requests. */
export function baseUrlOf(self: unknown): string {
  const url = memberAt(clientOf(self), "baseURL");
  return typeof url === "string" ? url : "";
}

/** A request for sound or of sound, which the readers do not know: its model is told by hand. */
export function readSound(_self: unknown, [request]: readonly unknown[]): CallReading {
  const model = memberAt(request, "model");
  return { request, ...(typeof model === "string" && { model }) };
}
