// What a server says beside taking a request, or refusing it: ExportTraceServiceResponse and google.rpc.Status.
import { contentsOf, numberIn, textIn } from "./protobuf-fields.ts";

/** What a server says of the spans that it did not take. */
interface PartialSuccess {
  readonly rejectedSpans: number;
  /** Why, or a remark when it took all of them. */
  readonly text: string;
}

/**
 * The `partial_success` of an encoded `ExportTraceServiceResponse`; `undefined` when there is none, it says nothing, or
 * the bytes are no protobuf: the server took the request, whatever it says about it.
 */
export function parsePartialSuccess(response: Uint8Array): PartialSuccess | undefined {
  return read(() => {
    const partial = contentsOf(response, 1).at(-1);
    if (partial === undefined) return undefined;
    const count = numberIn(partial, 1);
    // Negative numbers come as huge ones.
    const rejectedSpans = count > Number.MAX_SAFE_INTEGER ? 0 : count;
    const text = textIn(partial, 2);
    return rejectedSpans === 0 && text === "" ? undefined : { rejectedSpans, text };
  });
}

/** The message of an encoded `google.rpc.Status`, which OTLP/HTTP answers refusals with; `undefined` when the bytes are none. */
export function parseStatusMessage(status: Uint8Array): string | undefined {
  return read(() => textIn(status, 2));
}

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
