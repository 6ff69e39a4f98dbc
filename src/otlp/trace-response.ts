// What a server says beside taking a request, or refusing it: ExportTraceServiceResponse and google.rpc.Status.
import { TextDecoder } from "node:util";
import { contentsOf, numberIn, textIn } from "./protobuf-fields.ts";

/** What a server says of the spans that it did not take. */
interface PartialSuccess {
  readonly rejectedSpans: number;
  /** Why, or a remark when it took all of them. */
  readonly text: string;
}

/**
 * The `partial_success` of an `ExportTraceServiceResponse`, in protobuf or in JSON; `undefined` when there is none, it says
 * nothing, or the bytes are neither: the server took the request, whatever it says about it.
 */
export function parsePartialSuccess(response: Uint8Array): PartialSuccess | undefined {
  // What most servers say.
  if (response.byteLength === 0) return undefined;
  return read(() => {
    const partial = isJson(response) ? partialOfJson(parseJson(response)) : partialOfProtobuf(response);
    if (partial === undefined) return undefined;
    const { count, text } = partial;
    // Negative numbers come as huge ones.
    const rejectedSpans = Number.isSafeInteger(count) && count > 0 ? count : 0;
    return rejectedSpans === 0 && text === "" ? undefined : { rejectedSpans, text };
  });
}

/**
 * The message of a `google.rpc.Status` in protobuf, which OTLP/HTTP answers refusals with, or of any JSON that has one;
 * `undefined` when the bytes are neither.
 */
export function parseStatusMessage(status: Uint8Array): string | undefined {
  return read(() => (isJson(status) ? messageOfJson(parseJson(status)) : textIn(status, 2)));
}

/** A partial success as it was written. */
interface WrittenPartial {
  readonly count: number;
  readonly text: string;
}

function partialOfProtobuf(response: Uint8Array): WrittenPartial | undefined {
  const partial = contentsOf(response, 1).at(-1);
  return partial && { count: numberIn(partial, 1), text: textIn(partial, 2) };
}

/** Names as protobuf's JSON mapping has them, or as the schema has them; both are allowed. Numbers may be text. */
function partialOfJson(response: Fields): WrittenPartial | undefined {
  const partial = fieldsIn(response["partialSuccess"] ?? response["partial_success"]);
  if (partial === undefined) return undefined;
  const text = partial["errorMessage"] ?? partial["error_message"];
  return {
    count: Number(partial["rejectedSpans"] ?? partial["rejected_spans"] ?? 0),
    text: typeof text === "string" ? text : "",
  };
}

const MESSAGE_NAMES = ["message", "detail", "error", "error_description", "title"];

function messageOfJson(status: Fields): string | undefined {
  const found = MESSAGE_NAMES.map((name) => status[name]).find((value) => value !== undefined);
  const inner = fieldsIn(found);
  return typeof found === "string" ? found : inner && messageOfJson(inner);
}

type Fields = Readonly<Record<string, unknown>>;

const fieldsIn = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

/** What no message of protobuf that is read here begins with. */
const isJson = (bytes: Uint8Array): boolean => /^\uFEFF?\s*\{/.test(decoded(bytes.subarray(0, 64)));

const parseJson = (bytes: Uint8Array): Fields => JSON.parse(decoded(bytes).replace(/^\uFEFF/, "")) as Fields;

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const RETRY_INFO = "/google.rpc.RetryInfo";

/**
 * Milliseconds of the `google.rpc.RetryInfo` among the details of an encoded `google.rpc.Status`;
 * `undefined` when there is none or the bytes are not a status.
 */
export function parseRetryInfo(status: Uint8Array): number | undefined {
  return read(() => {
    const info = contentsOf(status, 3).find((detail) => textIn(detail, 1).endsWith(RETRY_INFO));
    const delay = info && contentsOf(info, 2).flatMap((value) => contentsOf(value, 1))[0];
    return delay && Math.ceil(numberIn(delay, 1) * 1000 + numberIn(delay, 2) / 1e6);
  });
}

/** A server's bytes may be anything. */
function read<T>(parse: () => T | undefined): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
