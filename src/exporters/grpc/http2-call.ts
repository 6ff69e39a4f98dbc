// One unary gRPC call on an HTTP/2 session, and everything that can come of it, as an Answer.
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import type { Answer } from "../../delivery/sender.ts";
import { nextTurn } from "../../real-time.ts";
import { callAnswer, type ClosedCall } from "./http2-answer.ts";

/** What to send. */
export interface Http2Call {
  session: ClientHttp2Session;
  url: URL;
  headers: OutgoingHttpHeaders;
  message: Uint8Array;
  /** Whether `message` is compressed. */
  packed: boolean;
  /** Aborts the call when its deadline has passed. */
  signal: AbortSignal;
  /** Told when the deadline has passed; `written` says whether the whole message has left the process. */
  onAbort: (written: boolean) => void;
}

/** Of RFC 9113, 7. */
const REFUSED_STREAM = 7;
const CANCEL = 8;

/** 1xx before the answer: one or two are common. */
const MAX_INTERIM_ANSWERS = 64;

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
    let isWritten = false;
    const isTaken = (): boolean => (trailers?.["grpc-status"] ?? headers?.["grpc-status"]) === "0";
    let lastSeen = Infinity;
    const onGoaway = (_code: number, lastStreamId: number): void => void (lastSeen = lastStreamId);
    session.on("goaway", onGoaway);
    stream.on("response", (received) => (headers = received));
    stream.on("trailers", (received) => (trailers = received));
    stream.on("data", (part: Buffer) => {
      if (bytes < MAX_ANSWER_BYTES) body.push(part);
      bytes += part.byteLength;
    });
    stream.on("end", () => {
      ended = stream.rstCode === 0;
      // A refusal before the end of the upload: the rest is not worth sending. The end may be known just late.
      const giveUp = (): void => void (stream.writableFinished || isTaken() || stream.close(CANCEL));
      if (!stream.writableFinished) nextTurn(giveUp);
    });
    let interim = 0;
    stream.on("headers", () => {
      if (++interim > MAX_INTERIM_ANSWERS) stream.close(CANCEL);
    });
    stream.on("error", (reason: Error) => (error = reason));
    stream.on("close", () => {
      const { rstCode } = stream;
      // Closed: the server said GOAWAY. Destroyed: the connection is lost.
      const dropped = session.closed || session.destroyed;
      session.off("goaway", onGoaway);
      const unseen = rstCode === REFUSED_STREAM || (stream.id ?? 0) > lastSeen;
      // One that the server closes itself, in an orderly way, is one of which it wants no more.
      const cut = session.destroyed && !isWritten;
      const { url } = call;
      resolve(callAnswer({ url, headers, trailers, body, error, rstCode, ended, dropped, unseen, cut }));
    });
    signal.addEventListener(
      "abort",
      () => {
        call.onAbort(stream.writableFinished);
        stream.close(CANCEL);
      },
      { once: true },
    );
    write(stream, call, () => (isWritten = true));
  });
}

/** Prefix and message in one go, and neither of them copied. */
function write(stream: ClientHttp2Stream, { message, packed }: Http2Call, written: () => void): void {
  const prefix = Buffer.allocUnsafe(5);
  prefix[0] = packed ? 1 : 0;
  prefix.writeUInt32BE(message.byteLength, 1);
  stream.cork();
  stream.write(prefix);
  stream.write(message, (error) => error ?? written());
  stream.end();
}
