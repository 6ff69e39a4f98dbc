// Responses of fetch, of whichever copy of its class: the body is watched, the response stays as it is.
import { isNodeStream, isReadable, type NodeStream } from "./node-stream.ts";
import { isWebStream } from "./web-stream.ts";

interface FetchResponse {
  readonly body: unknown;
  readonly bodyUsed: boolean;
}

/** Whether `value` is a response of fetch. */
export function isResponse(value: object): value is FetchResponse {
  if (!("arrayBuffer" in value)) return false;
  const response = value as Record<string, unknown>;
  // Read one by one: on another object, a getter of one of these names may start something.
  return (
    typeof response["arrayBuffer"] === "function" &&
    typeof response["text"] === "function" &&
    typeof response["status"] === "number" &&
    typeof response["headers"] === "object"
  );
}

/**
 * The body that is still to be read: `text()`, `json()` and `clone()` read it by the members of its stream, Node's own or,
 * in node-fetch, a Node stream.
 */
export function unreadBody({ body, bodyUsed }: FetchResponse): ReadableStream | NodeStream | undefined {
  if (typeof body !== "object" || body === null || bodyUsed) return undefined;
  if (isWebStream(body)) return body.locked ? undefined : body;
  return isNodeStream(body) && isReadable(body) ? body : undefined;
}
