// Every kind of answer, to the client of the living process and to the exit worker: one story.
import type { ServerHttp2Stream } from "node:http2";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { encodeResponse } from "../support/otlp-messages.ts";
import { classify } from "../../src/delivery/classify.ts";
import type { Answer } from "../../src/delivery/sender.ts";
import { GrpcSender, type GrpcSenderOptions } from "../../src/exporters/grpc/grpc-sender.ts";
import { HttpSender, type HttpSenderOptions } from "../../src/exporters/http/http-sender.ts";
import { encodeSpans } from "../exporters/encode-spans.ts";
import { toGrpcAnswer } from "../support/answer-script.ts";
import { certificates } from "../support/certificates.ts";
import {
  as,
  early,
  grpc,
  http,
  http2,
  message,
  nobody,
  raw,
  type Start,
  status,
  tls,
} from "./one-answer-servers.ts";
import { WorkerClient } from "./worker-client.ts";

const worker = new WorkerClient();
afterAll(() => worker.stop());

const PROTOBUF = { "content-type": "application/x-protobuf" };
const HTML = { "content-type": "text/html; charset=utf-8" };
const PAGE = "<!doctype html><title>Sign in</title>";
const PARTIAL = encodeResponse({ rejectedSpans: 2, errorMessage: "two are too old" });
const GZIP = { "content-encoding": "gzip" };
/** More than the buffers of two sockets hold, so that an early answer finds the upload under way. */
const LARGE = 7 * 1024 * 1024;

const { server, authority, client } = certificates();
const SERVER = { key: server.key, cert: server.cert };
const MUTUAL = { ...SERVER, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
const file = (path: string): { path: string; source: string } => ({ path, source: "a variable" });
const TRUSTING = { tls: { certificate: file(authority.certFile) } };
const KNOWN = {
  tls: {
    ...TRUSTING.tls,
    clientKey: file(client.keyFile),
    clientCertificate: file(client.certFile),
  },
};

/** What every answer is expected to mean; the two clients are compared in full. */
type Expected =
  | "ack"
  | "retry away"
  | "retry failing"
  | "retry full"
  | "split"
  | "reject"
  | `block ${string}`;
type Row<Options> = [name: string, start: Start, expected: Expected, options?: Options & { bytes?: number }];

const HTTP_ROWS: Row<Partial<HttpSenderOptions>>[] = [
  ["200", status(200, encodeResponse(), PROTOBUF), "ack"],
  ["200 without a body", status(200), "ack"],
  ["202", status(202, "accepted"), "ack"],
  ["204", status(204), "ack"],
  ["200 but for two spans", status(200, PARTIAL, PROTOBUF), "ack"],
  ["200 but for two spans, compressed", status(200, gzipSync(PARTIAL), { ...PROTOBUF, ...GZIP }), "ack"],
  ["200 with bytes that mean nothing", status(200, "\u0001\u0002\u0003", PROTOBUF), "ack"],
  ["200 with a web page", status(200, PAGE, HTML), "block page"],
  ["200 with a web page that is not called one", status(200, PAGE), "block page"],
  ["200 with a compressed web page", status(200, gzipSync(PAGE), { ...HTML, ...GZIP }), "block page"],
  ["200 called a web page, without one", status(200, "", HTML), "ack"],
  [
    "100 and 103 before it",
    http((response) => {
      response.writeContinue();
      response.writeEarlyHints({ link: "</x>; rel=preload" });
      response.writeHead(503).end("at capacity");
    }),
    "retry full",
  ],
  [
    "101",
    raw((socket) =>
      socket.end("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"),
    ),
    "retry failing",
  ],
  ["301", status(301, "", { location: "/elsewhere" }), "block path"],
  ["307", status(307, "", { location: "/elsewhere" }), "block path"],
  ["400", status(400, "no such span"), "reject"],
  ["400, compressed", status(400, gzipSync("no such span"), GZIP), "reject"],
  ["401", status(401, "who are you?"), "block credentials"],
  ["403", status(403), "block credentials"],
  ["404", status(404, PAGE, HTML), "block path"],
  ["405", status(405), "block path"],
  ["407", status(407), "block request"],
  ["408", status(408), "retry failing"],
  ["413", status(413), "split"],
  [
    "413 before the request is there",
    early((response) => response.writeHead(413).end("too large")),
    "split",
    { bytes: LARGE },
  ],
  ["415", status(415), "block request"],
  ["422", status(422, '{"detail": "no"}'), "reject"],
  ["425", status(425), "retry failing"],
  ["429", status(429), "retry failing"],
  ["429 with Retry-After", status(429, "", { "retry-after": "7" }), "retry failing"],
  ["429 with a Retry-After that is none", status(429, "", { "retry-after": "soon" }), "retry failing"],
  ["500", status(500, "cannot read that"), "retry failing"],
  ["500 with the head of a long body", status(500, "x".repeat(200_000)), "retry failing"],
  ["501", status(501), "block path"],
  ["502", status(502, PAGE, HTML), "retry away"],
  ["503", status(503), "retry failing"],
  ["503 at capacity", status(503, "Server is at capacity", { "retry-after": "3" }), "retry full"],
  ["503, compressed", status(503, gzipSync("Server is at capacity"), GZIP), "retry failing"],
  ["504", status(504), "retry away"],
  ["505", status(505), "block request"],
  ["507", status(507), "retry full"],
  ["511", status(511, PAGE, HTML), "block page"],
  ["529", status(529), "retry failing"],
  [
    "200 cut off in the middle",
    http((response) => {
      response.writeHead(200, { ...PROTOBUF, "content-length": "100" });
      response.write("half", () => response.destroy());
    }),
    "retry away",
  ],
  [
    "401 cut off in the middle",
    http((response) => {
      response.writeHead(401, { "content-length": "100" });
      response.write("half", () => response.destroy());
    }),
    "block credentials",
  ],
  ["a connection closed before an answer", raw((socket) => socket.end()), "retry away"],
  ["a connection reset before an answer", raw((socket) => socket.resetAndDestroy()), "retry away"],
  ["another protocol", raw((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")), "block protocol"],
  ["half of a head", raw((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-")), "retry away"],
  [
    "a chunk that is none",
    raw((socket) => socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n")),
    "retry away",
  ],
  ["HTTP/2", http2((stream) => stream.respond({ ":status": 200 }, { endStream: true })), "block protocol"],
  ["nobody", nobody, "retry away"],
  ["nobody by TLS", as("https", nobody), "retry away"],
  ["TLS of an authority that is not trusted", http((response) => response.end(), SERVER), "block tls"],
  ["TLS of a trusted authority", http((response) => response.end(), SERVER), "ack", TRUSTING],
  ["TLS that wants a client certificate", http((response) => response.end(), MUTUAL), "block tls", TRUSTING],
  ["TLS that gets its client certificate", http((response) => response.end(), MUTUAL), "ack", KNOWN],
  [
    "TLS with nothing but a version it does not have",
    tls({ ...SERVER, maxVersion: "TLSv1.1", minVersion: "TLSv1" }),
    "block tls",
    TRUSTING,
  ],
  ["https to a server without TLS", as("https", status(200)), "block tls"],
  [
    "http to a server with TLS",
    as(
      "http",
      http((response) => response.end(), SERVER),
    ),
    "retry away",
  ],
  ["a header that cannot be sent", status(200), "block request", { headers: { "x-key": "line\nbreak" } }],
  ["a proxy that cannot be reached", status(200), "retry away", { proxy: "http://127.0.0.1:1" }],
  ["200, compressed by name", status(200), "ack", { compression: "gzip" }],
];

const trailers = (stream: ServerHttp2Stream, values: Record<string, string>, body?: Uint8Array): void => {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(values));
  stream.end(body);
};
const retryInfo = (): Record<string, string> => {
  const answer = toGrpcAnswer({ kind: "grpc", code: 14, details: "not now", retryAfter: 2.5 });
  const { metadata = {} } = answer as { metadata?: Record<string, Uint8Array> };
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value).toString("base64")]),
  );
};
const httpStatus = (code: number, body = "", headers: Record<string, string> = {}): Start =>
  http2((stream) => {
    stream.respond({ ":status": code, ...headers });
    stream.end(body);
  });
const reset = (code: number): Start => http2((stream) => stream.close(code));
const goaway = (code: number, after: (stream: ServerHttp2Stream) => void): Start =>
  http2((stream) => {
    stream.session?.goaway(code);
    after(stream);
  });

const GRPC_ROWS: Row<Partial<GrpcSenderOptions>>[] = [
  ["0", message(encodeResponse()), "ack"],
  ["0 but for two spans", message(PARTIAL), "ack"],
  ["0 but for two spans, compressed", message(gzipSync(PARTIAL), true), "ack"],
  ["0 with a message that cannot be unpacked", message(Buffer.from("no gzip"), true), "ack"],
  ["0 without a message", http2((stream) => trailers(stream, { "grpc-status": "0" })), "block path"],
  ["1", grpc(1), "retry failing"],
  ["2", grpc(2, "broken"), "retry failing"],
  ["3", grpc(3, "no such span – at all"), "reject"],
  ["4", grpc(4), "retry away"],
  ["5", grpc(5), "reject"],
  ["7", grpc(7, "no"), "block credentials"],
  ["8", grpc(8, "resource exhausted"), "retry full"],
  ["8 larger than max", grpc(8, "Received message larger than max (5202143 vs. 4194304)"), "split"],
  ["9", grpc(9), "reject"],
  ["10", grpc(10), "retry failing"],
  ["12", grpc(12, "Method not found"), "block path"],
  ["13", grpc(13, "broken"), "retry failing"],
  ["14", grpc(14, "not now"), "retry failing"],
  ["14 at capacity", grpc(14, "Server is at capacity and cannot process more requests"), "retry full"],
  ["14 with RetryInfo", grpc(14, "not now", retryInfo()), "retry failing"],
  [
    "14 with details that are none",
    grpc(14, "not now", { "grpc-status-details-bin": "AAAA" }),
    "retry failing",
  ],
  ["15", grpc(15), "retry failing"],
  ["16", grpc(16, "who are you?"), "block credentials"],
  [
    "16 behind a message",
    http2((stream) => trailers(stream, { "grpc-status": "16" }, Buffer.alloc(5))),
    "block credentials",
  ],
  ["99", grpc(99, "?"), "retry failing"],
  ["a status that is no number", grpc(Number.NaN, "?"), "retry failing"],
  ["a message that is not encoded well", grpc(3, "", { "grpc-message": "100%" }), "reject"],
  ["8 before the request is there", grpc(8, "larger than max"), "split", { bytes: 3 * 1024 * 1024 }],
  ["HTTP 200 with a web page", httpStatus(200, PAGE, HTML), "block page"],
  ["HTTP 200 called a web page, without one", httpStatus(200, "", HTML), "retry failing"],
  ["HTTP 200 and no status", httpStatus(200, "", { "content-type": "application/grpc" }), "retry failing"],
  ...[400, 401, 403, 404, 429, 500, 502, 503, 504].map((code): Row<object> => {
    const expected: Record<number, Expected> = {
      401: "block credentials",
      403: "block credentials",
      404: "block path",
      502: "retry away",
      504: "retry away",
    };
    return [`HTTP ${code}`, httpStatus(code, "no"), expected[code] ?? "retry failing"];
  }),
  ...Array.from({ length: 14 }, (_, code): Row<object> => {
    const expected: Record<number, Expected> = { 11: "retry full", 12: "block credentials" };
    return [`RST_STREAM ${code}`, reset(code), expected[code] ?? "retry failing"];
  }),
  [
    "GOAWAY and an answer",
    goaway(0, (stream) => trailers(stream, { "grpc-status": "0" }, Buffer.alloc(5))),
    "ack",
  ],
  ["GOAWAY with an error", goaway(11, () => undefined), "retry away"],
  ["a session that is destroyed", http2((stream) => stream.session?.destroy()), "retry away"],
  ["a connection closed at once", raw((socket) => socket.end()), "retry away"],
  ["a connection reset at once", raw((socket) => socket.resetAndDestroy()), "retry away"],
  ["HTTP/1", status(200), "block protocol"],
  ["another protocol", raw((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")), "block protocol"],
  ["nobody", nobody, "retry away"],
  ["nobody by TLS", as("https", nobody), "retry away"],
  ["TLS of an authority that is not trusted", tls({ ...SERVER, ALPNProtocols: ["h2"] }), "block tls"],
  ["TLS that wants a client certificate", tls({ ...MUTUAL, ALPNProtocols: ["h2"] }), "block tls", TRUSTING],
  ["https to a server without TLS", as("https", message(encodeResponse())), "block tls"],
  [
    "a header that cannot be sent",
    message(encodeResponse()),
    "block request",
    { headers: { "x-key": "line\nbreak" } },
  ],
  [
    "a header that HTTP/2 does not know",
    message(encodeResponse()),
    "block request",
    { headers: { connection: "close" } },
  ],
  [
    "a proxy that cannot be reached",
    message(encodeResponse()),
    "retry away",
    { proxy: "http://127.0.0.1:1" },
  ],
  ["0, compressed by name", message(encodeResponse()), "ack", { compression: "gzip" }],
];

const meaning = (answer: Answer): string => {
  const verdict = classify(answer);
  if (verdict.action === "retry") return `retry ${verdict.pace}`;
  return verdict.action === "block" ? `block ${verdict.reason}` : verdict.action;
};

/** Without the thread's number in OpenSSL's errors. */
const plain = (answer: Answer): unknown =>
  JSON.parse(JSON.stringify(answer).replaceAll(/[0-9A-F]{8,16}:error/g, "error"));

/** Asks the living client, then the worker; gives the answer that both got. */
async function ask(
  start: Start,
  create: (url: string) => HttpSender | GrpcSender,
  bytes: number,
): Promise<Answer> {
  const request = bytes === 0 ? encodeSpans(3) : Buffer.alloc(bytes, 1);
  const { url, close } = await start();
  const sender = create(url);
  try {
    const living = await sender.send(request, 10_000);
    const atExit = await worker.ask(sender.exitRoutes(), request);
    expect(plain(atExit)).toEqual(plain(living));
    expect(classify(atExit)).toEqual(classify(living));
    return living;
  } finally {
    sender.close();
    close();
  }
}

describe("over HTTP, the living client and the exit worker tell the same of", () => {
  test.each(HTTP_ROWS)("%s", async (_, start, expected, { bytes = 0, ...options } = {}) => {
    const create = (url: string): HttpSender => new HttpSender({ url: `${url}/v1/traces`, ...options });
    expect(meaning(await ask(start, create, bytes))).toBe(expected);
  });
});

describe("over gRPC, the living client and the exit worker tell the same of", () => {
  test.each(GRPC_ROWS)("%s", async (_, start, expected, { bytes = 0, ...options } = {}) => {
    const create = (url: string): GrpcSender => new GrpcSender({ url, ...options });
    expect(meaning(await ask(start, create, bytes))).toBe(expected);
  });
});
