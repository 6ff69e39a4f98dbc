// A response over HTTP as an Answer: its body is read here, and nobody behind this sees a byte of it.
// Not the global one, which Node 20 cannot give any more where globalThis was frozen before.
import { TextDecoder } from "node:util";
import { oneLine } from "../../delivery/one-line.ts";
import type { Answer } from "../../delivery/sender.ts";
import { parsePartialSuccess, parseStatusMessage } from "../../otlp/trace-response.ts";

/** What came back: the status, and of headers and body what says something. */
export interface HttpResponse {
  status: number;
  contentType: string | undefined;
  /** Up to 64 KiB of the body. */
  body: Uint8Array;
  retryAfterMillis?: number | undefined;
}

/** A body says what it has to say in this much. */
const TEXT_BYTES = 1024;

/** The answer that a response is. */
export function httpAnswer(response: HttpResponse): Extract<Answer, { kind: "http" }> {
  const { status, body, retryAfterMillis } = response;
  const isSuccess = status >= 200 && status < 300;
  const isPage = looksLikePage(response);
  const partialSuccess = isSuccess && !isPage ? parsePartialSuccess(body) : undefined;
  const text = isSuccess ? "" : textOf(response);
  return {
    kind: "http",
    status,
    ...(text !== "" && { text }),
    ...(isPage && { isPage }),
    ...(partialSuccess !== undefined && { partialSuccess }),
    ...(retryAfterMillis !== undefined && { retryAfterMillis }),
  };
}

function looksLikePage({ contentType = "", body }: HttpResponse): boolean {
  if (body.byteLength === 0) return false;
  return /html/i.test(contentType) || /^\s*<(!doctype|html)/i.test(startOf(body));
}

function textOf({ contentType = "", body }: HttpResponse): string {
  const message = /protobuf/i.test(contentType) ? parseStatusMessage(body) : undefined;
  return oneLine(message || startOf(body));
}

const startOf = (body: Uint8Array): string => new TextDecoder().decode(body.subarray(0, TEXT_BYTES));
