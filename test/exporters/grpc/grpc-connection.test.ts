// GrpcSender and its connection, against HTTP/2 servers that do one thing each.
import { readFileSync } from "node:fs";
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import { gzipSync } from "node:zlib";
import { credentials } from "@grpc/grpc-js";
import { afterEach, describe, expect, test } from "vitest";
import { classify } from "../../../src/delivery/classify.ts";
import { GrpcSender, type GrpcSenderOptions } from "../../../src/exporters/grpc/grpc-sender.ts";
import { type ConnectProxy, startConnectProxy } from "../../support/connect-proxy.ts";
import {
  type OtlpReceiver,
  type OtlpReceiverOptions,
  startOtlpReceiver,
} from "../../support/otlp-receiver.ts";
import { encodeSpans } from "../encode-spans.ts";
import { listenOnOwnPort } from "../../support/own-ports.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const REQUEST = encodeSpans(3);
const EMPTY = Buffer.alloc(5);

const senderFor = (options: GrpcSenderOptions): GrpcSender => {
  const sender = new GrpcSender(options);
  closers.push(() => sender.close());
  return sender;
};

interface Server {
  url: string;
  sessions: ServerHttp2Session[];
}

/** A server that leaves each call, counted from 1, to `serve`. */
const startServer = async (
  serve: (stream: ServerHttp2Stream, call: number) => void,
  host = "127.0.0.1",
): Promise<Server> => {
  const sessions: ServerHttp2Session[] = [];
  const server: Http2Server = createServer();
  let calls = 0;
  server.on("session", (session) => {
    sessions.push(session);
    session.on("error", () => undefined);
  });
  server.on("stream", (stream) => {
    stream.on("error", () => undefined);
    serve(stream, ++calls);
  });
  const port = await listenOnOwnPort(server, host);
  closers.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`, sessions };
};

const accept = (stream: ServerHttp2Stream, message: Uint8Array = EMPTY, headers = {}): void => {
  stream.respond(
    { ":status": 200, "content-type": "application/grpc", ...headers },
    { waitForTrailers: true },
  );
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(message);
};

const receiverFor = async (options?: OtlpReceiverOptions): Promise<OtlpReceiver> => {
  const receiver = await startOtlpReceiver(options);
  closers.push(() => receiver.stop());
  return receiver;
};

describe("a connection", () => {
  test("is left after a GOAWAY, and the call in flight gets its answer", async () => {
    const { url, sessions } = await startServer((stream, call) => {
      if (call === 1) stream.session?.goaway();
      accept(stream);
    });
    const sender = senderFor({ url });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(sessions).toHaveLength(2);
  });

  test("that is closed in the middle of a call is a network fault, and the next attempt has a new one", async () => {
    const { url } = await startServer((stream, call) => {
      if (call === 1) stream.session?.destroy();
      else accept(stream);
    });
    const sender = senderFor({ url });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "network", code: "ECONNRESET" });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
  });

  test("that a server shuts down with an error is a network fault as well", async () => {
    const { url } = await startServer((stream) => stream.session?.goaway(2));
    expect(await senderFor({ url }).send(REQUEST, 5000)).toMatchObject({
      kind: "network",
      code: "ECONNRESET",
    });
  });

  test("serves two calls at once", async () => {
    let first: ServerHttp2Stream | undefined;
    const { url, sessions } = await startServer((stream, call) => {
      if (call === 1) {
        first = stream;
        return;
      }
      accept(stream);
      if (first) accept(first);
    });
    const sender = senderFor({ url });
    const answers = await Promise.all([sender.send(REQUEST, 5000), sender.send(REQUEST, 5000)]);
    expect(answers).toEqual([expect.objectContaining({ code: 0 }), expect.objectContaining({ code: 0 })]);
    expect(sessions).toHaveLength(1);
  });

  test("takes more than the 10 MB in flight at which Node resets calls", async () => {
    let large: ServerHttp2Stream | undefined;
    const { url } = await startServer((stream, call) => {
      if (call === 1) large = stream;
      else accept(stream);
    });
    const sender = senderFor({ url });
    const answer = sender.send(Buffer.alloc(16 * 1024 * 1024), 5000);
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    large?.on("end", () => large && accept(large)).resume();
    expect(await answer).toMatchObject({ code: 0 });
  });

  test("that swallowed a call takes no other, but what it carries beside that is still answered", async () => {
    let second: ServerHttp2Stream | undefined;
    const { url, sessions } = await startServer((stream, call) => {
      if (call === 1) return;
      if (call === 2) second = stream;
      else accept(stream);
    });
    const sender = senderFor({ url });
    const swallowed = sender.send(REQUEST, 400);
    const beside = sender.send(REQUEST, 5000);
    expect(await swallowed).toMatchObject({ kind: "network", code: "ETIMEDOUT" });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(sessions).toHaveLength(2);
    if (second) accept(second);
    expect(await beside).toMatchObject({ code: 0 });
  });

  test("that swallowed a request before it was written is cut: those bytes are used again", async () => {
    const { url } = await startServer((stream, call) => {
      if (call > 2) accept(stream.resume());
    });
    const sender = senderFor({ url });
    const swallowed = sender.send(Buffer.alloc(8 * 1024 * 1024), 400);
    const beside = sender.send(REQUEST, 5000);
    expect(await swallowed).toMatchObject({ kind: "network", code: "ETIMEDOUT" });
    expect(await beside).toMatchObject({ kind: "network", code: "ECONNRESET" });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
  });

  test("may be over IPv6", async () => {
    const { url } = await startServer((stream) => accept(stream), "::1");
    expect(await senderFor({ url }).send(REQUEST, 5000)).toMatchObject({ code: 0 });
  });

  test("that was closed is opened again by the next attempt", async () => {
    const { url, sessions } = await startServer((stream) => accept(stream));
    const sender = senderFor({ url });
    await sender.send(REQUEST, 5000);
    sender.close();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(sessions).toHaveLength(2);
  });
});

describe("an answer", () => {
  test.each([
    [400, 13],
    [401, 16],
    [403, 7],
    [404, 12],
    [429, 14],
    [500, 2],
    [502, 14],
    [503, 14],
    [504, 14],
  ])("of an HTTP proxy, %i with a page, is gRPC status %i", async (status, code) => {
    const { url } = await startServer((stream) => {
      stream.respond({ ":status": status, "content-type": "text/html" });
      stream.end("<html><body>No</body></html>");
    });
    const details = `Received HTTP status code ${status}`;
    expect(await senderFor({ url }).send(REQUEST, 5000)).toMatchObject({ kind: "grpc", code, details });
  });

  test.each([
    [0, 13],
    [2, 13],
    [7, 14],
    [8, 1],
    [11, 8],
  ])("that is RST_STREAM with code %i is gRPC status %i", async (rstCode, code) => {
    const { url } = await startServer((stream) => stream.close(rstCode));
    expect(await senderFor({ url }).send(REQUEST, 5000)).toMatchObject({ kind: "grpc", code });
  });

  test("of trailers alone is decoded", async () => {
    const { url } = await startServer((stream) => {
      stream.respond(
        { ":status": 200, "grpc-status": "16", "grpc-message": "no%20key%2C%20%E4%BD%A0" },
        { endStream: true },
      );
    });
    const answer = await senderFor({ url }).send(REQUEST, 5000);
    expect(answer).toEqual({ kind: "grpc", code: 16, details: "no key, 你" });
  });

  test("that ends without a status is no success", async () => {
    const { url } = await startServer((stream) => {
      stream.respond({ ":status": 200, "content-type": "application/grpc" });
      stream.end(Buffer.alloc(5));
    });
    expect(await senderFor({ url }).send(REQUEST, 5000)).toMatchObject({ kind: "grpc", code: 13 });
  });

  test("that is a web page is told as one", async () => {
    const { url } = await startServer((stream) => {
      stream.respond({ ":status": 200, "content-type": "text/html; charset=utf-8" });
      stream.end("<html><body>Log in</body></html>");
    });
    const answer = await senderFor({ url }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "http", status: 200 });
    expect(classify(answer)).toEqual({ action: "block", reason: "page" });
  });

  test("that is a web page without a word is no success", async () => {
    const { url } = await startServer((stream) => {
      stream.respond({ ":status": 200, "content-type": "text/html" }, { endStream: true });
    });
    const answer = await senderFor({ url }).send(REQUEST, 5000);
    expect(classify(answer)).toMatchObject({ action: "retry" });
  });

  test("of success without a message is no success", async () => {
    const { url } = await startServer((stream) => accept(stream, new Uint8Array()));
    expect(await senderFor({ url }).send(REQUEST, 5000)).toMatchObject({ kind: "grpc", code: 12 });
  });

  test("that comes before the upload ends stops the upload", async () => {
    const { url, sessions } = await startServer((stream) => {
      // Node's server ends a stream by itself that nobody reads.
      stream.once("data", () => stream.pause());
      const details = "Received message larger than max (8388608 vs. 4194304)";
      stream.respond({ ":status": 200, "grpc-status": "8", "grpc-message": details }, { endStream: true });
    });
    const sender = senderFor({ url });
    const large = Buffer.alloc(8 * 1024 * 1024);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await sender.send(large, 5000)).toMatchObject({ kind: "grpc", code: 8 });
    }
    expect(sessions).toHaveLength(1);
  });

  test("that a server compressed is unpacked", async () => {
    // partial_success { rejected_spans: 3, error_message: "no" }
    const packed = gzipSync(Uint8Array.of(0x0a, 6, 0x08, 3, 0x12, 2, 0x6e, 0x6f));
    const prefix = Buffer.from([1, 0, 0, 0, packed.byteLength]);
    const { url } = await startServer((stream) => {
      accept(stream, Buffer.concat([prefix, packed]), { "grpc-encoding": "gzip" });
    });
    const answer = await senderFor({ url, compression: "gzip" }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ code: 0, partialSuccess: { rejectedSpans: 3, text: "no" } });
  });
});

test("a header that HTTP/2 forbids is an answer that names it", async () => {
  const { grpcUrl: url } = await receiverFor();
  const answer = await senderFor({ url, headers: { Connection: "secret" } }).send(REQUEST, 5000);
  expect(answer).toMatchObject({ kind: "network", code: "ERR_INVALID_CHAR" });
  expect("message" in answer && answer.message).toBe('the header "connection" cannot be sent');
});

test("a server that wants a client certificate says so at once", async () => {
  const secure = await receiverFor({ mtls: true });
  const certificate = { path: secure.certificates?.authority.certFile ?? "", source: "CA" };
  const answer = await senderFor({ url: secure.grpcUrl, tls: { certificate } }).send(REQUEST, 5000);
  expect(answer).toMatchObject({ kind: "grpc", code: 14 });
  expect("details" in answer && answer.details).toMatch(
    /^No connection established.*alert certificate required/,
  );
});

describe("a proxy", () => {
  const startProxy = async (status?: number): Promise<ConnectProxy> => {
    const proxy = await startConnectProxy(status);
    closers.push(() => proxy.close());
    return proxy;
  };
  const authorization = `Basic ${btoa("user:pass")}`;

  test("is tunnelled through in clear", async () => {
    const [proxy, receiver] = await Promise.all([startProxy(), receiverFor()]);
    const { port } = new URL(receiver.grpcUrl);
    const sender = senderFor({ url: `http://phoenix.example.com:${port}`, proxy: proxy.url });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(receiver.spans).toHaveLength(6);
    expect(proxy.seen).toEqual([`CONNECT phoenix.example.com:${port} ${authorization}`]);
  });

  test("is tunnelled through with TLS", async () => {
    const [proxy, secure] = await Promise.all([startProxy(), receiverFor({ tls: true })]);
    const { port } = new URL(secure.grpcUrl);
    const certificate = { path: secure.certificates?.authority.certFile ?? "", source: "CA" };
    const sender = senderFor({ url: `https://localhost:${port}`, proxy: proxy.url, tls: { certificate } });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(proxy.seen).toEqual([`CONNECT localhost:${port} ${authorization}`]);
  });

  test("that refuses the tunnel for want of a login says so", async () => {
    const { url: proxy } = await startProxy(407);
    const answer = await senderFor({ url: "http://phoenix.example.com", proxy }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "network", code: "ERR_PROXY_LOGIN" });
    expect("message" in answer && answer.message).toContain("407");
  });
});

describe("grpc-js", () => {
  test("is what credentials of its own go through", async () => {
    const secure = await receiverFor({ tls: true });
    const root = readFileSync(secure.certificates?.authority.certFile ?? "");
    const url = secure.grpcUrl.replace("127.0.0.1", "localhost");
    const sender = senderFor({ url, credentials: credentials.createSsl(root), headers: { "x-key": "1" } });
    expect(await sender.reach(5000)).toBeUndefined();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(secure.requests.at(-1)?.headers).toMatchObject({
      "x-key": "1",
      "user-agent": expect.stringMatching(/^phoenix-otel grpc-node-js/),
    });
  });

  test("is not, where they are insecure: that is node:http2 without TLS, whatever the URL says", async () => {
    const receiver = await receiverFor();
    const url = receiver.grpcUrl.replace("http:", "https:");
    const sender = senderFor({ url, credentials: credentials.createInsecure() });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(sender.url).toBe(receiver.grpcUrl);
    expect(receiver.requests.at(-1)?.headers["user-agent"]).toMatch(/grpc-node-http2$/);
  });

  const trusted = ({ grpcUrl, certificates }: OtlpReceiver): GrpcSenderOptions => ({
    url: grpcUrl.replace("127.0.0.1", "localhost"),
    credentials: credentials.createSsl(readFileSync(certificates?.authority.certFile ?? "")),
  });

  test("has a new connection after a call that was swallowed", async () => {
    const receiver = await receiverFor({ tls: true });
    receiver.hang();
    const sender = senderFor(trusted(receiver));
    expect(await sender.send(REQUEST, 400)).toMatchObject({ kind: "network", code: "ETIMEDOUT" });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
  });

  test("shows partial success and RetryInfo as node:http2 does", async () => {
    const receiver = await receiverFor({ tls: true });
    const sender = senderFor(trusted(receiver));
    receiver.partial(2, "two were bad");
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ partialSuccess: { rejectedSpans: 2 } });
    receiver.answerGrpc(8, "slow down", { retryAfter: 7.5 });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 8, retryAfterMillis: 7500 });
  });

  test("tells an outage as node:http2 does", async () => {
    const receiver = await receiverFor({ tls: true });
    const sender = senderFor(trusted(receiver));
    await receiver.stop();
    for (let failures = 0; failures < 5; failures++) {
      expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "network" });
    }
    expect(await sender.reach(5000)).toMatchObject({ kind: "network", code: "ECONNREFUSED" });
    await receiver.start();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
  });
});
