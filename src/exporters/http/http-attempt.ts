// One POST and everything that can come of it, as an Answer.
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Answer } from "../../delivery/sender.ts";
import type { HttpConnection } from "./http-agent.ts";
import { httpAnswer } from "./http-answer.ts";
import { failedAnswer } from "./failed-answer.ts";
import { forwardOptions } from "../wire/proxy-tunnel.ts";
import { dateMillis } from "../../real-time.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** An answer says all it has to say in this much. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Small enough that an early refusal stops a large upload before all of it is on its way, and large enough for
 * a request of the usual 512 KiB.
 */
const UPLOAD_CHUNK_BYTES = 1024 * 1024;

/** Node's own 16 KiB are less than some gateways add in cookies and policies. */
const MAX_HEADER_BYTES = 256 * 1024;

/** 1xx before the answer: one or two are common. */
const MAX_INTERIM_ANSWERS = 64;

/** What to post, and how long it may take. */
export interface HttpAttempt {
  url: URL;
  headers: OutgoingHttpHeaders;
  body: Uint8Array;
  /** Aborts the attempt when its deadline has passed. */
  signal: AbortSignal;
  /** Whether a pending attempt keeps the process from ending. */
  holdsProcess: boolean;
}

/** An answer, and whether the connection had served another request before. */
export interface HttpAttemptResult {
  answer: Answer;
  reusedConnection: boolean;
}

/** Posts once. Rejects only for what node:http throws at once, such as a header it cannot send. */
export function postOnce(connection: HttpConnection, attempt: HttpAttempt): Promise<HttpAttemptResult> {
  return new Promise((resolve) => {
    const request = connection.request(attempt.url, requestOptions(connection, attempt));
    let isAnswered = false;
    let isUploaded = false;
    let onUploaded = (): void => {};
    const settle = (answer: Answer): void => {
      isAnswered = true;
      // A refusal before the end of the upload: the rest of the body is not worth sending.
      if (answer.kind === "network" || !isUploaded) request.destroy();
      resolve({ answer, reusedConnection: request.reusedSocket });
    };
    const fail = (error: Error): void => {
      settle({ ...failedAnswer(error), freshConnection: !request.reusedSocket });
    };
    if (!attempt.holdsProcess) request.on("socket", (socket) => socket.unref());
    request.on("response", (response) => {
      const read = (): void => {
        // A server that refuses early also resets the upload; what it answered is what counts.
        isAnswered = true;
        readAnswer(attempt.url, response, settle, fail);
      };
      response.on("error", (error) => isAnswered || fail(error));
      // A success is one of all that was sent. Read only then, as node:http gives up an upload behind a complete answer.
      if (isSuccess(response.statusCode) && !isUploaded) onUploaded = read;
      else read();
    });
    // Another protocol from here on, which nobody asked for; without this no answer would ever come.
    request.on("upgrade", ({ statusCode: status = 101 }, socket) => {
      socket.destroy();
      settle({ kind: "http", status });
    });
    let interim = 0;
    request.on("information", () => {
      if (++interim > MAX_INTERIM_ANSWERS) fail(new Error("it sends interim answers without end"));
    });
    request.on("error", (error) => isAnswered || fail(error));
    request.on("close", () => isAnswered || fail(cutShort()));
    attempt.signal.addEventListener("abort", () => fail(attempt.signal.reason as Error), {
      once: true,
    });
    upload(request, attempt.body, () => {
      isUploaded = true;
      onUploaded();
    });
  });
}

const isSuccess = (status = 0): boolean => status >= 200 && status < 300;

const cutShort = (): Error =>
  Object.assign(new Error("the connection was closed before the request was sent"), { code: "ECONNRESET" });

function requestOptions(
  { agent, forwardProxy }: HttpConnection,
  { url, headers, body }: HttpAttempt,
): Record<string, unknown> {
  const all = { ...headers, "content-length": body.byteLength };
  const fixed = { method: "POST", agent, maxHeaderSize: MAX_HEADER_BYTES };
  if (!forwardProxy) return { ...fixed, headers: all };
  const forward = forwardOptions(forwardProxy, url);
  return { ...fixed, ...forward, headers: { ...all, ...forward.headers } };
}

/** It never has a body, but Node waits for one where no length is given. */
const RESET_CONTENT = 205;

function readAnswer(
  url: URL,
  response: IncomingMessage,
  settle: (answer: Answer) => void,
  fail: (error: Error) => void,
): void {
  const parts: Buffer[] = [];
  let bytes = 0;
  const status = response.statusCode ?? 0;
  const finish = (): void => {
    const answer = httpAnswer({
      status,
      url,
      contentType: response.headers["content-type"],
      contentEncoding: response.headers["content-encoding"],
      location: response.headers.location,
      body: Buffer.concat(parts).subarray(0, MAX_ANSWER_BYTES),
      retryAfterMillis: parseRetryAfter(response.headers["retry-after"], dateMillis()),
    });
    settle(answer);
  };
  if (status === RESET_CONTENT) {
    finish();
    response.destroy();
    return;
  }
  response.on("data", (part: Buffer) => {
    bytes += part.byteLength;
    parts.push(part);
    if (bytes < MAX_ANSWER_BYTES) return;
    finish();
    response.destroy();
  });
  response.on("end", finish);
  // Cut off in the middle: a refusal's status still counts, but half of a success proves nothing.
  response.on("error", (error) => (status >= 400 ? finish() : fail(error)));
}

/** Writes the body and ends the request; tells when all of it has left the process. */
function upload(request: ClientRequest, body: Uint8Array, uploaded: () => void): void {
  let sent = 0;
  const next = (): void => {
    if (request.destroyed) return;
    const chunk = body.subarray(sent, sent + UPLOAD_CHUNK_BYTES);
    sent += chunk.byteLength;
    const isLast = sent >= body.byteLength;
    // Not "drain", which node:http does not emit behind a complete answer, and not "finish", which comes with an error too.
    request.write(chunk, (error) => error ?? (isLast ? uploaded() : next()));
    if (isLast) request.end();
  };
  next();
}
