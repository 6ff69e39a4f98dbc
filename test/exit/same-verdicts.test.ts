// Every kind of answer, to the client of the living process and to the exit worker: one story.
import type { ServerHttp2Stream } from "node:http2";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
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
  deaf,
  early,
  grpc,
  http,
  http2,
  message,
  nobody,
  raw,
  slow,
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
type Row<Options> = [
  name: string,
  start: Start,
  expected: Expected,
  options?: Options & { bytes?: number; shows?: object },
];

const TWO = { partialSuccess: { rejectedSpans: 2, text: "two are too old" } };
const JSON_TWO = '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"two are too old"}}';
const JSON_SNAKE = '\uFEFF {"partial_success": {"rejected_spans": 2, "error_message": "two are too old"}}';

/** A partial success in every form that was seen. */
const PARTIALS: Row<object>[] = (
  [
    ["protobuf", PARTIAL, PROTOBUF],
    ["protobuf of another type", PARTIAL, { "content-type": "application/octet-stream" }],
    ["protobuf of no type", PARTIAL, {}],
    ["protobuf in gzip", gzipSync(PARTIAL), { ...PROTOBUF, ...GZIP }],
    ["protobuf in X-GZIP", gzipSync(PARTIAL), { ...PROTOBUF, "content-encoding": "X-GZIP" }],
    ["protobuf in deflate", deflateSync(PARTIAL), { ...PROTOBUF, "content-encoding": "deflate" }],
    ["protobuf in raw deflate", deflateRawSync(PARTIAL), { ...PROTOBUF, "content-encoding": "deflate" }],
    ["protobuf in brotli", brotliCompressSync(PARTIAL), { ...PROTOBUF, "content-encoding": "br" }],
    ["protobuf packed twice", gzipSync(deflateSync(PARTIAL)), { "content-encoding": "deflate, gzip" }],
    ["protobuf in identity", PARTIAL, { ...PROTOBUF, "content-encoding": "identity" }],
    ["JSON", JSON_TWO, { "content-type": "application/json" }],
    ["JSON with a charset", JSON_TWO, { "content-type": "APPLICATION/JSON; Charset=UTF-8" }],
    ["JSON in the schema's names", JSON_SNAKE, { "content-type": "application/json" }],
    ["JSON in gzip", gzipSync(JSON_TWO), { "content-type": "application/json", ...GZIP }],
    ["JSON of another type", JSON_TWO, { "content-type": "text/plain" }],
  ] as const
).map(([name, body, headers]) => [
  `200 but for two spans, ${name}`,
  status(200, body, headers),
  "ack",
  { shows: TWO },
]);

const AS_HTTPS: Row<object>[] = [
  "<html>\r\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>The plain HTTP request was sent to HTTPS port</center>\r\n<hr><center>nginx/1.25.3</center>\r\n</body>\r\n</html>\r\n",
  "Client sent an HTTP request to an HTTPS server.\n",
  '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>400 Bad Request</title>\n</head><body>\n<h1>Bad Request</h1>\n<p>Your browser sent a request that this server could not understand.<br />\nReason: You\'re speaking plain HTTP to an SSL-enabled server port.<br />\n Instead use the HTTPS scheme to access this URL, please.<br />\n</p>\n</body></html>\n',
  "Bad Request\r\nThis combination of host and port requires TLS.\r\n",
  '{"error": "TLS required"}',
  "HTTPS required",
  "Plain HTTP request to a TLS port",
  "SSL is required to view this resource.",
  "Please use HTTPS.",
].flatMap((body): Row<object>[] => [
  [`400: ${body.slice(0, 60)}`, status(400, body, body.startsWith("<") ? HTML : {}), "block tls"],
]);

const HTTP_ROWS: Row<Partial<HttpSenderOptions>>[] = [
  ["200", status(200, encodeResponse(), PROTOBUF), "ack"],
  ["200 without a body", status(200), "ack"],
  ["202", status(202, "accepted"), "ack"],
  ["204", status(204), "ack"],
  ["200 but for two spans", status(200, PARTIAL, PROTOBUF), "ack"],
  ...PARTIALS,
  ["200 of JSON that is none", status(200, "{nothing", { "content-type": "application/json" }), "ack"],
  ["200 of JSON that says nothing", status(200, '{"partialSuccess":{}}'), "ack"],
  ["200 packed in what nobody knows", status(200, PARTIAL, { ...PROTOBUF, "content-encoding": "x" }), "ack"],
  ["200 packed in no way it says", status(200, PARTIAL, { ...PROTOBUF, ...GZIP }), "ack"],
  ["200 that unpacks to a lot", status(200, gzipSync(Buffer.alloc(9e6)), { ...PROTOBUF, ...GZIP }), "ack"],
  [
    "200 with 20 KB of headers",
    status(200, PARTIAL, { "x-policy": "x".repeat(20_000) }),
    "ack",
    { shows: TWO },
  ],
  [
    "200 with 300 KB of headers",
    status(200, "", { "x-policy": "x".repeat(300_000) }),
    "block answer",
    { shows: { message: "its headers are larger than 256 KB" } },
  ],
  [
    "204 with a body",
    raw((socket) => socket.write("HTTP/1.1 204 No\r\ncontent-length: 3\r\n\r\nabc")),
    "ack",
  ],
  ["205 without a length", raw((socket) => socket.write("HTTP/1.1 205 Reset\r\n\r\n")), "ack"],
  [
    "205 with a length",
    raw((socket) => socket.write("HTTP/1.1 205 Reset\r\ncontent-length: 0\r\n\r\n")),
    "ack",
  ],
  ["206", status(206, "part"), "ack"],
  ["300", status(300), "block path"],
  [
    "304 with a body",
    raw((socket) => socket.write("HTTP/1.1 304 No\r\ncontent-length: 3\r\n\r\nabc")),
    "block path",
  ],
  ["302 to nowhere", status(302, "", { location: "http://[" }), "block path"],
  [
    "302 to a login",
    status(302, "", { location: "https://login.example.com/start?ticket=secret" }),
    "block path",
    { shows: { location: "https://login.example.com/start" } },
  ],
  ["308 to the same with https", status(308, "", { location: "https://127.0.0.1/v1/traces" }), "block tls"],
  ...AS_HTTPS,
  ["400 of a span with a URL", status(400, "the attribute http.url is https://example.com"), "reject"],
  ["497", status(497), "block tls"],
  ["999", status(999), "retry failing"],
  ["099", raw((socket) => socket.write("HTTP/1.1 099 What\r\ncontent-length: 0\r\n\r\n")), "retry failing"],
  ["1000", raw((socket) => socket.write("HTTP/1.1 1000 What\r\n\r\n")), "block answer"],
  [
    "102 without end",
    raw((socket) => socket.write("HTTP/1.1 102 Processing\r\n\r\n".repeat(100))),
    "retry away",
  ],
  [
    "two lengths",
    raw((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx")),
    "block answer",
  ],
  [
    "a header that is none",
    raw((socket) => socket.write("HTTP/1.1 200 OK\r\nno header\r\n\r\n")),
    "block answer",
  ],
  ["a TLS alert", raw((socket) => socket.end(Buffer.from("15030100020246", "hex"))), "block tls"],
  ...[402, 406, 409, 410, 411, 414, 418, 421, 426, 431, 451, 499].map((code): Row<object> => [
    String(code),
    status(code, "no", { upgrade: "h2c" }),
    "block refusal",
  ]),
  [
    "400 in JSON",
    status(400, '{"code": 3, "message": "no such span"}', { "content-type": "application/json" }),
    "reject",
    { shows: { text: "no such span" } },
  ],
  [
    "200 before the request is there, which is read all the same",
    slow((response) => response.writeHead(200, PROTOBUF).end(PARTIAL)),
    "ack",
    { bytes: LARGE, shows: TWO },
  ],
  [
    "200 before the request is there, for the last time on this connection",
    raw((socket) => {
      socket.resume();
      socket.write("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    }),
    "ack",
    { bytes: LARGE },
  ],
  [
    "200 and a cut connection before the request is there",
    deaf((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
      // Once the answer is there: a reset that is as fast is one of connecting.
      setTimeout(() => socket.resetAndDestroy(), 50);
    }),
    "retry away",
    // Here not even now and then may the buffers hold all of it.
    { bytes: 5 * LARGE },
  ],
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
  ["503, compressed", status(503, gzipSync("Server is at capacity"), GZIP), "retry full"],
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
  ["another protocol", raw((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")), "block answer"],
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
  ["0 but for two spans, compressed", message(gzipSync(PARTIAL), "gzip"), "ack", { shows: TWO }],
  ["0 but for two spans, in GZIP", message(gzipSync(PARTIAL), "GZIP"), "ack", { shows: TWO }],
  ["0 but for two spans, in deflate", message(deflateSync(PARTIAL), "deflate"), "ack", { shows: TWO }],
  ["0 but for two spans, in brotli", message(brotliCompressSync(PARTIAL), "br"), "ack", { shows: TWO }],
  ["0 but for two spans, in JSON", message(Buffer.from(JSON_TWO)), "ack", { shows: TWO }],
  ["0 with a message that cannot be unpacked", message(Buffer.from("no gzip"), "gzip"), "ack"],
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
  [
    "HTTP 400 of a port for https",
    httpStatus(400, "Client sent an HTTP request to an HTTPS server.\n"),
    "block tls",
  ],
  ["HTTP 302", httpStatus(302, "", { location: "https://login.example.com/" }), "block path"],
  [
    "0 before the request is there, which is read all the same",
    http2((stream) => {
      stream.on("data", () => {
        stream.pause();
        setTimeout(() => stream.resume(), 2);
      });
      trailers(stream, { "grpc-status": "0" }, Buffer.alloc(5));
    }),
    "ack",
    { bytes: 3 * 1024 * 1024 },
  ],
  [
    "0 and a closed stream before the request is there",
    http2((stream) => trailers(stream, { "grpc-status": "0" }, Buffer.alloc(5))),
    "ack",
    { bytes: 3 * 1024 * 1024 },
  ],
  [
    "0 and a cut connection before the request is there",
    http2((stream) => {
      stream.on("close", () => undefined);
      stream.pause();
      trailers(stream, { "grpc-status": "0" }, Buffer.alloc(5));
      setTimeout(() => stream.session?.destroy(), 50);
    }),
    "retry away",
    { bytes: 3 * 1024 * 1024 },
  ],
  [
    "0 with 300 headers",
    http2((stream) => {
      const headers = Array.from({ length: 300 }, (_, index) => [`x-${index}`, "y"]);
      stream.respond(
        { ":status": 200, "grpc-status": "0", ...Object.fromEntries(headers) },
        { endStream: true },
      );
    }),
    "block path",
  ],
  [
    "interim answers without end",
    http2((stream) => {
      for (let count = 0; count < 100; count++) stream.additionalHeaders({ ":status": 103 });
    }),
    "retry failing",
  ],
  ...[204, 400, 401, 402, 403, 404, 407, 410, 413, 429, 431, 500, 502, 503, 504].map((code): Row<object> => {
    const expected: Record<number, Expected> = {
      402: "block refusal",
      407: "block request",
      410: "block refusal",
      413: "split",
      431: "block refusal",
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
  test.each(HTTP_ROWS)("%s", async (_, start, expected, { bytes = 0, shows = {}, ...options } = {}) => {
    const create = (url: string): HttpSender => new HttpSender({ url: `${url}/v1/traces`, ...options });
    const answer = await ask(start, create, bytes);
    expect(meaning(answer)).toBe(expected);
    expect(answer).toMatchObject(shows);
  });
});

describe("over gRPC, the living client and the exit worker tell the same of", () => {
  test.each(GRPC_ROWS)("%s", async (_, start, expected, { bytes = 0, shows = {}, ...options } = {}) => {
    const create = (url: string): GrpcSender => new GrpcSender({ url, ...options });
    const answer = await ask(start, create, bytes);
    expect(meaning(answer)).toBe(expected);
    expect(answer).toMatchObject(shows);
  });
});
