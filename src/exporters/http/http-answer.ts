// A response over HTTP as an Answer: its body is read here, and nobody behind this sees a byte of it.
// Not the global one, which Node 20 cannot give any more where globalThis was frozen before.
import { TextDecoder } from "node:util";
import { oneLine } from "../../delivery/one-line.ts";
import type { Answer } from "../../delivery/sender.ts";
import { parsePartialSuccess, parseStatusMessage } from "../../otlp/trace-response.ts";
import { unpack } from "../wire/unpack.ts";
import { asksForHttps } from "./asks-for-https.ts";

/** What came back: the status, and of headers and body what says something. */
export interface HttpResponse {
  status: number;
  /** Where the request went. */
  url: URL;
  contentType: string | undefined;
  contentEncoding?: string | undefined;
  location?: string | undefined;
  /** Up to 64 KiB of the body, as it came. */
  body: Uint8Array;
  retryAfterMillis?: number | undefined;
}

/** A body says what it has to say in this much. */
const TEXT_BYTES = 4096;

/** The answer that a response is. */
export function httpAnswer(response: HttpResponse): Extract<Answer, { kind: "http" }> {
  const { status, url, retryAfterMillis } = response;
  const body = unpack(response.body, response.contentEncoding) ?? new Uint8Array();
  const isSuccess = status >= 200 && status < 300;
  const isPage = looksLikePage(response, body);
  const partialSuccess = isSuccess && !isPage ? parsePartialSuccess(body) : undefined;
  const words = isSuccess ? "" : wordsOf(response, body);
  const text = oneLine(words);
  const leadsTo = status >= 300 && status < 400 ? redirectOf(response) : undefined;
  const wantsTls = url.protocol === "http:" && asksForHttps(status, words, leadsTo, url);
  return {
    kind: "http",
    status,
    ...(text !== "" && { text }),
    ...(isPage && { isPage }),
    ...(wantsTls && { wantsTls }),
    // Without its query, which may hold a ticket.
    ...(leadsTo !== undefined && { location: `${leadsTo.origin}${leadsTo.pathname}` }),
    ...(partialSuccess !== undefined && { partialSuccess }),
    ...(retryAfterMillis !== undefined && { retryAfterMillis }),
  };
}

function looksLikePage({ contentType = "", body: packed }: HttpResponse, body: Uint8Array): boolean {
  if (packed.byteLength === 0) return false;
  return /html/i.test(contentType) || /^\s*<(!doctype|html)/i.test(textIn(body, contentType));
}

/** What a refusal says, in its own words: a status' message, or the text, of a web page too. */
function wordsOf({ contentType = "" }: HttpResponse, body: Uint8Array): string {
  const text = textIn(body, contentType);
  const isStatus = /protobuf/i.test(contentType) || /^\s*\{/.test(text);
  return (isStatus && parseStatusMessage(body)) || withoutMarkup(text);
}

const withoutMarkup = (text: string): string =>
  /^\s*</.test(text) ? text.replace(/<(style|script)\b.*?<\/\1>/gis, " ").replace(/<[^<>]*>/g, " ") : text;

/** The start of a body as text, in the character set that its type names. */
function textIn(body: Uint8Array, contentType: string): string {
  const start = body.subarray(0, TEXT_BYTES);
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset).decode(start);
  } catch {
    return new TextDecoder().decode(start);
  }
}

function redirectOf({ location, url }: HttpResponse): URL | undefined {
  return location !== undefined && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
}
