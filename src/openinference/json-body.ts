// Bodies of HTTP calls that hold JSON as text or bytes: AWS Bedrock's InvokeModel takes and gives these.
import { asRecord, guarded, type ReadRecord } from "./read-value.ts";

/** Bytes of a body that are parsed: a longer one is not looked into. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Gives what the body of a call holds; undefined where it is no JSON of an object, or too long. */
export function jsonBodyOf(value: unknown): ReadRecord | undefined {
  const body = Object.getOwnPropertyDescriptor(Object(value), "body")?.value as unknown;
  if (typeof body === "string") return body.length > MAX_BYTES ? undefined : parsed(body);
  if (!(body instanceof Uint8Array) || body.byteLength > MAX_BYTES) return undefined;
  return parsed(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
}

const parsed = (json: string): ReadRecord | undefined =>
  json.trimStart().startsWith("{") ? guarded(() => asRecord(JSON.parse(json))) : undefined;
