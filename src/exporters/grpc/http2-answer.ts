// What came back over HTTP/2, or did not, as an Answer, in the words that grpc-js has for it.
import type { IncomingHttpHeaders, IncomingHttpStatusHeader } from "node:http2";
import { GRPC_STATUS } from "../../delivery/grpc-status.ts";
import type { Answer } from "../../delivery/sender.ts";
import { httpAnswer } from "../http/http-answer.ts";
import { networkAnswer } from "../wire/network-answer.ts";
import { unpack } from "../wire/unpack.ts";
import { refusedAnswer, STATUS_DETAILS, takenAnswer } from "./grpc-answer.ts";

/** All that is known of a call when its stream has closed. */
export interface ClosedCall {
  /** Where the call went. */
  url: URL;
  headers: (IncomingHttpHeaders & IncomingHttpStatusHeader) | undefined;
  trailers: IncomingHttpHeaders | undefined;
  body: readonly Buffer[];
  error: Error | undefined;
  /** Of RST_STREAM, or what Node has in its place. */
  rstCode: number | undefined;
  /** Whether the server ended the stream in an orderly way. */
  ended: boolean;
  /** Whether the connection is gone or going. */
  dropped: boolean;
  /** Whether the server says that it never looked at the call. */
  unseen: boolean;
  /** Whether the connection was lost before the server had the whole request. */
  cut: boolean;
}

/** Codes of Node that say enough: a fault of the network, a proxy that refuses, PEM that cannot be read. */
const NETWORK = /^(ECONN|EPIPE|EAI_|ENOTFOUND|ETIMEDOUT|ENET|EHOST|EADDR|ERR_PROXY_|ERR_OSSL)/;

/** A message stands behind a flag and its length. */
const PREFIX_BYTES = 5;

/** HTTP status to gRPC status, as the gRPC specification has it; all others are UNKNOWN. */
const CODE_OF_HTTP: Readonly<Record<number, number>> = {
  400: GRPC_STATUS.INTERNAL,
  401: GRPC_STATUS.UNAUTHENTICATED,
  403: GRPC_STATUS.PERMISSION_DENIED,
  404: GRPC_STATUS.UNIMPLEMENTED,
  429: GRPC_STATUS.UNAVAILABLE,
  502: GRPC_STATUS.UNAVAILABLE,
  503: GRPC_STATUS.UNAVAILABLE,
  504: GRPC_STATUS.UNAVAILABLE,
};

/** RST_STREAM codes that mean something of their own; all others are INTERNAL. */
const CODE_OF_RESET: Readonly<Record<number, [code: number, details: string]>> = {
  8: [GRPC_STATUS.CANCELLED, "Call cancelled"],
  11: [GRPC_STATUS.RESOURCE_EXHAUSTED, "Bandwidth exhausted or memory limit exceeded"],
  12: [GRPC_STATUS.PERMISSION_DENIED, "Protocol not secure enough"],
};

const UNSEEN = refusedAnswer(GRPC_STATUS.UNAVAILABLE, "Stream refused by server");

/**
 * Whether a server refused a call without a look at it, as one does that is about to go: sent again at once, it is not
 * sent twice.
 */
export function isUnseen(answer: Answer): boolean {
  return answer === UNSEEN;
}

/** The answer to a call: the server's status where it gave one, else what the stream's end means. */
export function callAnswer(call: ClosedCall): Answer {
  const { headers, trailers, rstCode = 0 } = call;
  const status = trailers?.["grpc-status"] !== undefined ? trailers : headers;
  if (status?.["grpc-status"] !== undefined) return statusAnswer(status, call);
  const httpStatus = headers?.[":status"] ?? 200;
  if (httpStatus !== 200) return httpStatusAnswer(httpStatus, call);
  if (call.ended && headers) {
    // A web server, or a proxy that shows a login page: nothing that passes. Without a body HTTP would call it a success.
    const answer = webAnswer(httpStatus, call);
    if (answer.isPage) return answer;
    return refusedAnswer(GRPC_STATUS.INTERNAL, "Call ended without gRPC status");
  }
  if (call.unseen) return UNSEEN;
  if (call.dropped) return droppedAnswer(call.error);
  const [code, details] = CODE_OF_RESET[rstCode] ?? [
    GRPC_STATUS.INTERNAL,
    `Received RST_STREAM with code ${rstCode}`,
  ];
  return refusedAnswer(code, details);
}

/** An answer of no gRPC server: what the gRPC specification makes of it, and what it is where that is nothing. */
function httpStatusAnswer(status: number, call: ClosedCall): Answer {
  const code = CODE_OF_HTTP[status];
  const answer = webAnswer(status, call);
  if (answer.wantsTls || (code === undefined && status >= 300 && status < 500)) return answer;
  return refusedAnswer(code ?? GRPC_STATUS.UNKNOWN, `Received HTTP status code ${status}`);
}

function webAnswer(status: number, { url, headers, body }: ClosedCall): Extract<Answer, { kind: "http" }> {
  return httpAnswer({
    status,
    url,
    contentType: headers?.["content-type"],
    contentEncoding: headers?.["content-encoding"],
    location: headers?.location,
    body: Buffer.concat(body),
  });
}

/** There was a connection, and it broke. */
export function droppedAnswer(error?: Error): Answer {
  const { code = "", message } = (error ?? { message: "Connection dropped" }) as NodeJS.ErrnoException;
  if (/^ERR_SSL|^EPROTO$/.test(code)) {
    return refusedAnswer(GRPC_STATUS.UNAVAILABLE, `Connection dropped. Last error: Error: ${message}`);
  }
  if (/CONTINUATION frames/.test(message)) {
    return { kind: "network", code: "HPE_HEADER_OVERFLOW", message: "its headers are too large" };
  }
  return { kind: "network", code: NETWORK.test(code) ? code : "ECONNRESET", message };
}

/** There never was a connection. TLS failures and a server of another protocol are a status with their text. */
export function notConnectedAnswer(error: Error): Answer {
  const answer = networkAnswer(error);
  if (NETWORK.test(answer.code ?? "")) return answer;
  return refusedAnswer(GRPC_STATUS.UNAVAILABLE, `No connection established. Last error: ${answer.message}`);
}

function statusAnswer(status: IncomingHttpHeaders, call: ClosedCall): Answer {
  const code = Number(status["grpc-status"]);
  if (code === GRPC_STATUS.OK) {
    if (call.cut) return droppedAnswer();
    const response = messageOf(call);
    return response ? takenAnswer(response) : refusedAnswer(GRPC_STATUS.UNIMPLEMENTED, "No message received");
  }
  const details = percentDecoded(String(status["grpc-message"] ?? ""));
  const [encoded] = String(status[STATUS_DETAILS] ?? "").split(",");
  return refusedAnswer(
    Number.isInteger(code) ? code : GRPC_STATUS.UNKNOWN,
    details,
    encoded ? Buffer.from(encoded, "base64") : undefined,
  );
}

/** The message without its prefix. Some servers compress their answer when the request was compressed. */
function messageOf({ body, headers }: ClosedCall): Uint8Array | undefined {
  const bytes = body.length === 1 ? body[0]! : Buffer.concat(body);
  if (bytes.byteLength < PREFIX_BYTES) return undefined;
  const message = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + bytes.readUInt32BE(1));
  if (bytes[0] === 0) return message;
  // The server took the spans, whatever it says about it.
  return unpack(message, String(headers?.["grpc-encoding"] ?? "gzip")) ?? new Uint8Array();
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
