import { createServer } from "node:http";
import { createServer as createTcpServer, type Server } from "node:net";
import { readFileSync } from "node:fs";
import { credentials, Metadata } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { GrpcSender, type GrpcSenderOptions } from "../../../src/exporters/grpc/grpc-sender.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../../support/otlp-receiver.ts";
import { startStopwatch } from "../../support/stopwatch.ts";
import { encodeSpans } from "../encode-spans.ts";
import { listenOnOwnPort } from "../../support/own-ports.ts";

const closers: (() => unknown)[] = [];
let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closers.splice(0)) await close();
  await receiver.stop();
});

const REQUEST = encodeSpans(3);

const senderFor = (options: Partial<GrpcSenderOptions> = {}): GrpcSender => {
  const sender = new GrpcSender({ url: receiver.grpcUrl, ...options });
  closers.push(() => sender.close());
  return sender;
};

const listen = async (server: Server): Promise<string> => {
  closers.push(() => server.close());
  return `http://127.0.0.1:${await listenOnOwnPort(server)}`;
};

describe("a delivered request", () => {
  test("arrives whole, with the given headers and user agent", async () => {
    const sender = senderFor({ headers: { Authorization: "Bearer key" }, userAgent: "my-app" });
    const answer = await sender.send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "grpc", code: 0 });
    expect(receiver.spans).toHaveLength(3);
    expect(receiver.requests[0]?.headers["authorization"]).toBe("Bearer key");
    expect(receiver.requests[0]?.headers["user-agent"]).toMatch(/^my-app phoenix-otel /);
    expect(sender.url).toBe(receiver.grpcUrl);
  });

  test("carries metadata, which wins over a header of the same name", async () => {
    const metadata = new Metadata();
    metadata.set("x-team", "metadata");
    metadata.set("trace-bin", Buffer.from("binary"));
    const headers = { "x-team": "headers", "x-other": "headers", "more-bin": btoa("more") };
    const sender = senderFor({ metadata, headers });
    await sender.send(REQUEST, 5000);
    expect(receiver.requests[0]?.headers).toMatchObject({
      "x-team": "metadata",
      "x-other": "headers",
      "trace-bin": btoa("binary"),
      "more-bin": btoa("more"),
    });
    expect(sender.exitRoutes()[0]?.headers).toEqual({
      ...headers,
      "x-team": "metadata",
      "trace-bin": btoa("binary"),
    });
  });

  test("may be as large as the server takes", async () => {
    const large = await startOtlpReceiver({ maxBytes: 64 * 1024 * 1024 });
    closers.push(() => large.stop());
    const spans = Buffer.concat(Array.from({ length: 300 }, () => encodeSpans(50)));
    expect(spans.byteLength).toBeGreaterThan(8 * 1024 * 1024);
    const answer = await senderFor({ url: large.grpcUrl }).send(spans, 10_000);
    expect(answer).toMatchObject({ kind: "grpc", code: 0 });
  });

  test("shows a partial success", async () => {
    receiver.partial(2, "two were bad");
    expect(await senderFor().send(REQUEST, 5000)).toEqual({
      kind: "grpc",
      code: 0,
      details: "",
      partialSuccess: { rejectedSpans: 2, text: "two were bad" },
    });
  });

  test("is packed only when gzip is asked for by name", async () => {
    const spans = encodeSpans(50);
    await senderFor().send(spans, 5000);
    expect(await senderFor({ compression: "gzip" }).send(spans, 5000)).toMatchObject({ code: 0 });
    expect(receiver.spans).toHaveLength(100);
    const [plain = 0, packed = 0] = receiver.requests.map(({ wireByteLength }) => wireByteLength);
    expect(plain).toBeGreaterThan(spans.byteLength);
    expect(packed).toBeLessThan(spans.byteLength / 2);
  });
});

describe("a status", () => {
  test.each([1, 3, 4, 7, 8, 12, 13, 14, 16])("of %i comes back after one request", async (code) => {
    receiver.answerGrpc(code, "the server's words");
    const answer = await senderFor().send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "grpc", code, details: "the server's words" });
    expect(receiver.requests).toHaveLength(1);
  });

  test("with RetryInfo says when to come again", async () => {
    receiver.answerGrpc(8, "slow down", { retryAfter: 7.5 });
    expect(await senderFor().send(REQUEST, 5000)).toMatchObject({ code: 8, retryAfterMillis: 7500 });
  });

  test("with other or broken details has no time to wait", async () => {
    const metadata = { "grpc-status-details-bin": Buffer.from([26, 200, 1, 2, 3]) };
    receiver.answerGrpc(14, "", { metadata });
    expect(await senderFor().send(REQUEST, 5000)).not.toHaveProperty("retryAfterMillis");
  });

  test("for a request that is too large keeps the server's words", async () => {
    const spans = Buffer.concat(Array.from({ length: 150 }, () => encodeSpans(50)));
    const answer = await senderFor().send(spans, 5000);
    expect(answer).toMatchObject({ kind: "grpc", code: 8 });
    expect("details" in answer && answer.details).toMatch(/larger than max/);
  });
});

describe("the network", () => {
  test("refused says so", async () => {
    await receiver.stop();
    const answer = await senderFor().send(REQUEST, 5000);
    await receiver.start();
    expect(answer).toMatchObject({ kind: "network", code: "ECONNREFUSED" });
    expect("message" in answer && answer.message).toMatch(/^connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
  });

  test("without such a host says so", async () => {
    const answer = await senderFor({ url: "http://no-such-host.invalid:4317" }).send(REQUEST, 5000);
    expect(answer.kind).toBe("network");
    expect("code" in answer && answer.code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  test("that cuts the connection says so", async () => {
    receiver.reset();
    expect(await senderFor().send(REQUEST, 5000)).toMatchObject({ kind: "network", code: "ECONNRESET" });
  });

  test("with an HTTP/1 server stays an unavailable server with its words", async () => {
    const url = await listen(createServer((_, response) => response.end("hello")));
    const answer = await senderFor({ url }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "grpc", code: 14 });
    expect("details" in answer && answer.details).toMatch(/Protocol error|Failed to connect/);
  });
});

describe("the deadline", () => {
  test.each([
    ["a server that never answers", () => (receiver.hang(), receiver.grpcUrl)],
    [
      "a port that accepts and says nothing",
      () => listen(createTcpServer((socket) => void closers.push(() => socket.destroy()))),
    ],
  ])("ends an attempt on %s", async (_, url) => {
    const sender = senderFor({ url: await url() });
    const stopwatch = startStopwatch();
    expect(await sender.send(REQUEST, 400)).toMatchObject({ kind: "network", code: "ETIMEDOUT" });
    expect(stopwatch.millis()).toBeLessThan(3000);
  });

  test("passed does not spoil the next attempt", async () => {
    receiver.hang();
    const sender = senderFor();
    expect(await sender.send(REQUEST, 300)).toMatchObject({ code: "ETIMEDOUT" });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "grpc", code: 0 });
  });
});

test("delivers with the first attempt after an outage, however many failed before", async () => {
  const sender = senderFor();
  expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
  await receiver.stop();
  // grpc-js would wait longer after every failure, up to two minutes.
  for (let failures = 0; failures < 40; failures++) {
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "network" });
  }
  await receiver.start();
  expect(await sender.send(REQUEST, 1000)).toMatchObject({ kind: "grpc", code: 0 });
});

test("several attempts at a time share the connection", async () => {
  const sender = senderFor();
  const answers = await Promise.all(Array.from({ length: 5 }, () => sender.send(REQUEST, 5000)));
  expect(answers.map((answer) => "code" in answer && answer.code)).toEqual([0, 0, 0, 0, 0]);
});

describe("headers", () => {
  test("of a function are asked for with every request", async () => {
    let asked = 0;
    const sender = senderFor({ headers: async () => ({ authorization: `Bearer ${++asked}` }) });
    await sender.send(REQUEST, 5000);
    await sender.send(REQUEST, 5000);
    const seen = receiver.requests.map(({ headers }) => headers["authorization"]);
    expect(seen).toEqual(["Bearer 1", "Bearer 2"]);
    expect(sender.exitRoutes()[0]?.headers).toEqual({ authorization: "Bearer 2" });
  });

  test("of a function that fails are an answer", async () => {
    const sender = senderFor({ headers: () => Promise.reject(new Error("secret")) });
    const answer = await sender.send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "network", code: "ERR_HEADERS_FUNCTION" });
    expect(JSON.stringify(answer)).not.toContain("secret");
  });

  test.each([
    ["x-key", "Bearer\nsecret"],
    ["x key", "secret"],
  ])("that gRPC cannot send are an answer without the value: %j", async (name, value) => {
    const answer = await senderFor({ headers: { [name]: value } }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "network", code: "ERR_INVALID_CHAR" });
    expect(JSON.stringify(answer)).not.toContain("secret");
  });
});

describe("TLS", () => {
  const start = async (options: { tls?: boolean; mtls?: boolean }): Promise<OtlpReceiver> => {
    const secure = await startOtlpReceiver(options);
    closers.push(() => secure.stop());
    return secure;
  };
  const file = (path: string | undefined): { path: string; source: string } => ({
    path: path ?? "",
    source: "CA",
  });

  test("trusts the certificate file it is given and shows the client's", async () => {
    const secure = await start({ mtls: true });
    const { authority, client } = secure.certificates ?? {};
    const certificate = file(authority?.certFile);
    const tls = { certificate, clientKey: file(client?.keyFile), clientCertificate: file(client?.certFile) };
    expect(await senderFor({ url: secure.grpcUrl, tls }).send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(
      await senderFor({ url: secure.grpcUrl, tls: { certificate } }).send(REQUEST, 3000),
    ).not.toMatchObject({ code: 0 });
    expect(secure.spans).toHaveLength(3);
  });

  test("trusts nobody it does not know, and says what was wrong", async () => {
    const secure = await start({ tls: true });
    const answer = await senderFor({ url: secure.grpcUrl }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "grpc", code: 14 });
    expect("details" in answer && answer.details).toMatch(/certificate/);
  });

  test("spoken to a plain port, and plain spoken to a TLS port, are answers", async () => {
    const secure = await start({ tls: true });
    const toPlain = await senderFor({ url: receiver.grpcUrl.replace("http:", "https:") }).send(REQUEST, 5000);
    const toTls = await senderFor({ url: secure.grpcUrl.replace("https:", "http:") }).send(REQUEST, 5000);
    expect(toPlain).toMatchObject({ kind: "grpc", code: 14 });
    expect("details" in toPlain && toPlain.details).toMatch(
      /wrong version number|SSL routines|packet length/i,
    );
    expect(toTls.kind === "network" || (toTls.kind === "grpc" && toTls.code === 14)).toBe(true);
  });

  test("takes credentials as the stock exporter does", async () => {
    const secure = await start({ tls: true });
    const root = readFileSync(secure.certificates?.authority.certFile ?? "");
    const sender = senderFor({ url: secure.grpcUrl, credentials: credentials.createSsl(root) });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    const insecure = senderFor({
      url: receiver.grpcUrl.replace("http:", "https:"),
      credentials: credentials.createInsecure(),
    });
    expect(await insecure.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    expect(insecure.exitRoutes()[0]?.url).toMatch(/^http:/);
  });

  test("says what is wrong with a certificate file", async () => {
    const tls = { certificate: { path: "/no/such.pem", source: "OTEL_EXPORTER_OTLP_CERTIFICATE" } };
    const answer = await senderFor({ url: "https://localhost:1", tls }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "network", code: "ERR_TLS_FILE" });
  });
});

test("goes straight to this machine though a proxy variable is set", async () => {
  vi.stubEnv("http_proxy", "http://127.0.0.1:1");
  expect(await senderFor().send(REQUEST, 5000)).toMatchObject({ code: 0 });
});
