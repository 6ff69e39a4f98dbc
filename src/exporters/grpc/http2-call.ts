// One unary gRPC call on an HTTP/2 session, and everything that can come of it, as an Answer.
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import type { Answer } from "../../delivery/sender.ts";
import { callAnswer, type ClosedCall } from "./http2-answer.ts";

/** What to send. */
export interface Http2Call {
  session: ClientHttp2Session;
  headers: OutgoingHttpHeaders;
  message: Uint8Array;
  /** Whether `message` is compressed. */
  packed: boolean;
  /** Aborts the call when its deadline has passed. */
  signal: AbortSignal;
  /** Told when the deadline has passed; `written` says whether the whole message has left the process. */
  onAbort: (written: boolean) => void;
}

/** NGHTTP2_CANCEL of RFC 9113, 7. */
const CANCEL = 8;

/** An answer says all it has to say in this much. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** Calls once. Rejects only with what node:http2 throws at once: a header it cannot send, or a session that is over. */
export function callOnce(call: Http2Call): Promise<Answer> {
  return new Promise((resolve) => {
    const { session, signal } = call;
    const stream = session.request(call.headers);
    let headers: ClosedCall["headers"];
    let trailers: ClosedCall["trailers"];
    let error: Error | undefined;
    const body: Buffer[] = [];
    let bytes = 0;
    let ended = false;
    stream.on("response", (received) => (headers = received));
    stream.on("trailers", (received) => (trailers = received));
    stream.on("data", (part: Buffer) => {
      if (bytes < MAX_ANSWER_BYTES) body.push(part);
      bytes += part.byteLength;
    });
    stream.on("end", () => {
      ended = stream.rstCode === 0;
      // An answer before the end of the upload: the rest is not worth sending. The end may be known just late.
      if (!stream.writableFinished) setImmediate(() => stream.writableFinished || stream.close(CANCEL));
    });
    stream.on("error", (reason: Error) => (error = reason));
    stream.on("close", () => {
      const { rstCode } = stream;
      // Closed: the server said GOAWAY. Destroyed: the connection is lost.
      const dropped = session.closed || session.destroyed;
      resolve(callAnswer({ headers, trailers, body, error, rstCode, ended, dropped }));
    });
    signal.addEventListener(
      "abort",
      () => {
        call.onAbort(stream.writableFinished);
        stream.close(CANCEL);
      },
      { once: true },
    );
    write(stream, call);
  });
}

/** Prefix and message in one go, and neither of them copied. */
function write(stream: ClientHttp2Stream, { message, packed }: Http2Call): void {
  const prefix = Buffer.allocUnsafe(5);
  prefix[0] = packed ? 1 : 0;
  prefix.writeUInt32BE(message.byteLength, 1);
  stream.cork();
  stream.write(prefix);
  stream.end(message);
}
