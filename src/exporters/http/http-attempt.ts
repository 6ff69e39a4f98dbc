// One POST and everything that can come of it, as an Answer.
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Answer } from "../../delivery/sender.ts";
import type { HttpConnection } from "./http-agent.ts";
import { httpAnswer } from "./http-answer.ts";
import { networkAnswer } from "../wire/network-answer.ts";
import { proxyAuthorization } from "../wire/proxy-tunnel.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** An answer says all it has to say in this much. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Small enough that an early refusal stops a large upload before all of it is on its way, and large enough for
 * a request of the usual 512 KiB.
 */
const UPLOAD_CHUNK_BYTES = 1024 * 1024;

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
    const settle = (answer: Answer): void => {
      // An answer before the end of the upload: the rest of the body is not worth sending.
      if (answer.kind === "network" || !request.writableFinished) request.destroy();
      resolve({ answer, reusedConnection: request.reusedSocket });
    };
    const fail = (error: Error): void => {
      settle({ ...networkAnswer(error), freshConnection: !request.reusedSocket });
    };
    let answered = false;
    if (!attempt.holdsProcess) request.on("socket", (socket) => socket.unref());
    request.on("response", (response) => {
      answered = true;
      readAnswer(response, settle, fail);
    });
    // Another protocol from here on, which nobody asked for; without this no answer would ever come.
    request.on("upgrade", ({ statusCode: status = 101 }, socket) => {
      answered = true;
      socket.destroy();
      settle({ kind: "http", status });
    });
    request.on("error", (error) => {
      // A server that refuses early also resets the upload; what it answered is what counts.
      if (!answered) fail(error);
    });
    attempt.signal.addEventListener("abort", () => fail(attempt.signal.reason as Error), {
      once: true,
    });
    upload(request, attempt.body);
  });
}

function requestOptions(
  { agent, forwardProxy }: HttpConnection,
  { url, headers, body }: HttpAttempt,
): Record<string, unknown> {
  const all = { ...headers, "content-length": body.byteLength };
  if (!forwardProxy) return { method: "POST", agent, headers: all };
  return {
    method: "POST",
    agent,
    host: forwardProxy.hostname,
    hostname: forwardProxy.hostname,
    port: forwardProxy.port || 80,
    path: `${url.origin}${url.pathname}${url.search}`,
    headers: { ...all, host: url.host, ...proxyAuthorization(forwardProxy) },
  };
}

function readAnswer(
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
      contentType: response.headers["content-type"],
      body: Buffer.concat(parts).subarray(0, MAX_ANSWER_BYTES),
      retryAfterMillis: parseRetryAfter(response.headers["retry-after"], Date.now()),
    });
    settle(answer);
  };
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

function upload(request: ReturnType<HttpConnection["request"]>, body: Uint8Array): void {
  let sent = 0;
  const next = (): void => {
    if (request.destroyed) return;
    const chunk = body.subarray(sent, sent + UPLOAD_CHUNK_BYTES);
    sent += chunk.byteLength;
    if (sent >= body.byteLength) request.end(chunk);
    else if (request.write(chunk)) next();
    else request.once("drain", next);
  };
  next();
}
