import grpc from "@grpc/grpc-js";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as HttpExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { EXPORT_METHOD } from "../../../src/collector/receive/grpc-receiver.ts";
import { certificates } from "../../support/certificates.ts";
import { PATIENCE_MILLIS } from "../../support/patience.ts";
import {
  type OtlpReceiver,
  type OtlpReceiverOptions,
  type ReceivedRequest,
  startOtlpReceiver,
} from "../../support/otlp-receiver.ts";

const start = async (options?: OtlpReceiverOptions): Promise<OtlpReceiver> => {
  const receiver = await startOtlpReceiver(options);
  onTestFinished(() => receiver.stop());
  return receiver;
};

const spans = (count: number, text = ""): ReadableSpan[] => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer("test");
  for (let index = 0; index < count; index += 1) {
    tracer.startSpan(`span ${index}`, { attributes: { text } }).end();
  }
  return exporter.getFinishedSpans();
};

const encode = (list: ReadableSpan[]): Buffer<ArrayBuffer> =>
  Buffer.from(ProtobufTraceSerializer.serializeRequest(list) ?? []);

/** Posts with fetch, so that a test sees the raw response. */
const post = (
  receiver: OtlpReceiver,
  body: string | Buffer<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${receiver.httpUrl}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/x-protobuf", ...headers },
    body,
  });

interface GrpcResult {
  code: number;
  details: string;
  metadata: grpc.Metadata | undefined;
  body: Buffer | undefined;
}

/** Calls TraceService/Export once, so that a test sees the raw status. */
const call = async (
  receiver: OtlpReceiver,
  body: Buffer,
  timeoutMillis = PATIENCE_MILLIS,
): Promise<GrpcResult> => {
  const client = new grpc.Client(new URL(receiver.grpcUrl).host, grpc.credentials.createInsecure());
  const identity = (bytes: Buffer): Buffer => bytes;
  const metadata = new grpc.Metadata();
  metadata.set("authorization", "Bearer key");
  metadata.set("token-bin", Buffer.from([1, 2]));
  try {
    return await new Promise((resolve) => {
      client.makeUnaryRequest(
        EXPORT_METHOD,
        identity,
        identity,
        body,
        metadata,
        { deadline: Date.now() + timeoutMillis },
        (error, answer) =>
          resolve({
            code: error?.code ?? 0,
            details: error?.details ?? "",
            metadata: error?.metadata,
            body: answer,
          }),
      );
    });
  } finally {
    client.close();
  }
};

const exportOnce = async (exporter: SpanExporter, list: ReadableSpan[]): Promise<Error | undefined> => {
  onTestFinished(() => exporter.shutdown());
  return new Promise((resolve) => {
    exporter.export(list, (result) => resolve(result.error));
  });
};

/** Whether the body was a quarter of its size, or less, on the wire. */
const shrinks = (wireBytes: number | undefined, request: ReceivedRequest | undefined): boolean =>
  (wireBytes ?? Number.NaN) < (request?.body.byteLength ?? 0) / 4;

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("what OpenTelemetry's exporters send", () => {
  test.each([
    ["none", "identity"],
    ["gzip", "gzip"],
  ])("arrives over HTTP, compression %s", async (compression, encoding) => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_COMPRESSION", compression);
    const receiver = await start();
    const exporter = new HttpExporter({
      url: `${receiver.httpUrl}/v1/traces`,
      headers: { authorization: "Bearer key" },
    });
    expect(await exportOnce(exporter, spans(3, "long ".repeat(200)))).toBeUndefined();
    const taken = await receiver.waitForSpans(3);
    expect(taken.map(({ name }) => name)).toEqual(["span 0", "span 1", "span 2"]);
    expect(receiver.requests).toHaveLength(1);
    const [request] = receiver.requests;
    expect(request).toMatchObject({
      protocol: "http/protobuf",
      method: "POST",
      path: "/v1/traces",
      encoding,
      answered: 200,
    });
    expect(request?.headers["authorization"]).toBe("Bearer key");
    expect(request?.spans).toHaveLength(3);
    expect(shrinks(request?.byteLength, request)).toBe(compression === "gzip");
  });

  test.each(["none", "gzip"])("arrives over gRPC, compression %s", async (compression) => {
    vi.stubEnv("OTEL_EXPORTER_OTLP_COMPRESSION", compression);
    const receiver = await start();
    const metadata = new grpc.Metadata();
    metadata.set("authorization", "Bearer key");
    const exporter = new GrpcExporter({ url: receiver.grpcUrl, metadata });
    expect(await exportOnce(exporter, spans(3, "long ".repeat(2_000)))).toBeUndefined();
    await receiver.waitForSpans(3);
    const [request] = receiver.requests;
    expect(request).toMatchObject({ protocol: "grpc", path: EXPORT_METHOD, answered: 0 });
    expect(request?.headers["authorization"]).toBe("Bearer key");
    expect(shrinks(request?.wireByteLength, request)).toBe(compression === "gzip");
  });

  test.each(["tls", "mtls"] as const)("arrives over %s on both protocols", async (mode) => {
    const receiver = await start({ [mode]: true });
    const { authority, client } = certificates();
    expect(receiver.httpUrl).toMatch(/^https:/);
    const identity = mode === "mtls" ? { key: client.key, cert: client.cert } : {};
    const http = new HttpExporter({
      url: `${receiver.httpUrl.replace("127.0.0.1", "localhost")}/v1/traces`,
      httpAgentOptions: { ca: authority.cert, ...identity },
    });
    const credentials = grpc.credentials.createSsl(
      readFileSync(authority.certFile),
      mode === "mtls" ? Buffer.from(client.key) : null,
      mode === "mtls" ? Buffer.from(client.cert) : null,
    );
    const grpcUrl = receiver.grpcUrl.replace("127.0.0.1", "localhost");
    expect(await exportOnce(http, spans(1))).toBeUndefined();
    expect(await exportOnce(new GrpcExporter({ url: grpcUrl, credentials }), spans(1))).toBeUndefined();
    await receiver.waitForSpans(2);
  });

  test("is refused over mTLS without a client certificate, and over TLS without trust", async () => {
    const mutual = await start({ mtls: true });
    const url = `${mutual.httpUrl}/v1/traces`;
    const { authority } = certificates();
    const trusting = new HttpExporter({ url, httpAgentOptions: { ca: authority.cert } });
    expect(await exportOnce(trusting, spans(1))).toBeInstanceOf(Error);
    const anonymous = new GrpcExporter({
      url: mutual.grpcUrl.replace("127.0.0.1", "localhost"),
      credentials: grpc.credentials.createSsl(Buffer.from(authority.cert)),
    });
    expect(await exportOnce(anonymous, spans(1))).toMatchObject({ code: 14 });
    const plain = await start({ tls: true });
    const distrusting = new HttpExporter({ url: `${plain.httpUrl}/v1/traces` });
    expect(await exportOnce(distrusting, spans(1))).toMatchObject({
      code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    });
    expect([...mutual.requests, ...plain.requests]).toEqual([]);
  });
});

describe("HTTP answers", () => {
  test("a request is answered in protobuf", async () => {
    const receiver = await start();
    const response = await post(receiver, encode(spans(1)));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/x-protobuf");
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.alloc(0));
  });

  test("gzip and deflate are undone, what they are not is 400, another encoding 415", async () => {
    const receiver = await start();
    const body = encode(spans(1));
    const statuses = [
      (await post(receiver, gzipSync(body), { "content-encoding": "gzip" })).status,
      (await post(receiver, deflateSync(body), { "content-encoding": "deflate" })).status,
      (await post(receiver, body, { "content-encoding": "gzip" })).status,
      (await post(receiver, body, { "content-encoding": "br" })).status,
    ];
    expect(statuses).toEqual([200, 200, 400, 415]);
    expect(receiver.spans).toHaveLength(2);
  });

  test("another path is 404, another method 405, another content type 415; each is recorded", async () => {
    const receiver = await start();
    const body = encode(spans(1));
    const other = await fetch(`${receiver.httpUrl}/v1/logs`, { method: "POST", body });
    const get = await fetch(`${receiver.httpUrl}/v1/traces`);
    const json = await post(receiver, "{}", { "content-type": "application/json" });
    expect([other.status, get.status, json.status]).toEqual([404, 405, 415]);
    expect(get.headers.get("allow")).toBe("POST");
    expect(await other.text()).toContain("/v1/traces");
    expect(receiver.requests.map(({ path, method, answered }) => [method, path, answered])).toEqual([
      ["POST", "/v1/logs", 404],
      ["GET", "/v1/traces", 405],
      ["POST", "/v1/traces", 415],
    ]);
    expect(receiver.spans).toEqual([]);
  });

  test("a script answers one request after the other, then all is taken again", async () => {
    const receiver = await start();
    receiver.answer(503, { retryAfter: 1 }).then(401, { body: "who?", headers: { "x-a": "b" } });
    const full = await post(receiver, encode(spans(1)));
    const unknown = await post(receiver, encode(spans(1)));
    const taken = await post(receiver, encode(spans(1)));
    expect([full.status, unknown.status, taken.status]).toEqual([503, 401, 200]);
    expect(full.headers.get("retry-after")).toBe("1");
    expect(unknown.headers.get("x-a")).toBe("b");
    expect(await unknown.text()).toBe("who?");
    expect(receiver.spans).toHaveLength(1);
    expect(receiver.requests.map(({ spans, answered }) => [spans.length, answered])).toEqual([
      [1, 503],
      [1, 401],
      [1, 200],
    ]);
  });

  test("a script with times answers that many, and does not let itself be awaited", async () => {
    const receiver = await start();
    const script: unknown = receiver.answer(500, { times: 2 });
    await expect(Promise.resolve(script)).rejects.toThrow("not a promise");
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await post(receiver, encode(spans(1)))).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  test("a page of HTML with 200 takes no spans", async () => {
    const receiver = await start();
    receiver.answer(200, { body: "<html>", headers: { "content-type": "text/html" } });
    const response = await post(receiver, encode(spans(1)));
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(receiver.spans).toEqual([]);
  });

  test("reset cuts the connection", async () => {
    const receiver = await start();
    receiver.reset();
    const error = await post(receiver, encode(spans(1))).catch((failure: Error) => failure.cause);
    expect(error).toMatchObject({ code: "ECONNRESET" });
    expect(receiver.requests[0]?.answered).toBe("reset");
  });

  test("hang reads and never answers", async () => {
    const receiver = await start();
    receiver.hang();
    const abort = new AbortController();
    const hanging = fetch(`${receiver.httpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: encode(spans(1)),
      signal: abort.signal,
    });
    const [request] = await receiver.waitForRequests(1);
    expect((await post(receiver, encode(spans(1)))).status).toBe(200);
    expect(request?.answered).toBe("hang");
    abort.abort();
    await expect(hanging).rejects.toThrow("aborted");
  });

  test("partial success says how many were refused, and keeps only the others", async () => {
    const receiver = await start();
    receiver.partial(3, "too old");
    const response = await post(receiver, encode(spans(5)));
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(ProtobufTraceSerializer.deserializeResponse(bytes)).toMatchObject({
      partialSuccess: { rejectedSpans: 3, errorMessage: "too old" },
    });
    expect(receiver.spans.map(({ name }) => name)).toEqual(["span 3", "span 4"]);
  });

  test("maxBytes is 413, for the bytes on the wire and for what they unpack to", async () => {
    const receiver = await start();
    receiver.maxBytes(10_000);
    const body = encode(spans(1, "x".repeat(20_000)));
    expect((await post(receiver, body)).status).toBe(413);
    expect((await post(receiver, gzipSync(body), { "content-encoding": "gzip" })).status).toBe(413);
    expect((await post(receiver, encode(spans(1)))).status).toBe(200);
    expect(receiver.requests[0]?.byteLength).toBe(body.length);
  });

  test("delay holds answers back, respond chooses them by request", async () => {
    const receiver = await start();
    receiver.delay(120);
    receiver.respond(({ spans }) =>
      spans.some(({ name }) => name === "span 1") ? { kind: "http", status: 400 } : undefined,
    );
    const before = performance.now();
    expect((await post(receiver, encode(spans(2)))).status).toBe(400);
    expect(performance.now() - before).toBeGreaterThan(100);
    receiver.delay(0);
    expect((await post(receiver, encode(spans(1)))).status).toBe(200);
  });
});

describe("gRPC answers", () => {
  test("a script answers with codes, details and metadata", async () => {
    const receiver = await start();
    receiver.answerGrpc(14, "full", { metadata: { "x-a": "b" }, retryAfter: 1.5 }).thenGrpc(0);
    const full = await call(receiver, encode(spans(1)));
    expect(full).toMatchObject({ code: 14, details: "full" });
    expect(full.metadata?.get("x-a")).toEqual(["b"]);
    const [status] = (full.metadata?.get("grpc-status-details-bin") ?? []) as Buffer[];
    // google.rpc.Status { code: 14, message: "full", details: [RetryInfo { 1 s, 500,000,000 ns }] }
    expect(status?.toString("latin1")).toContain("type.googleapis.com/google.rpc.RetryInfo");
    expect(status?.subarray(0, 8)).toEqual(Buffer.from([8, 14, 0x12, 4, ...Buffer.from("full")]));
    expect(status?.subarray(-8)).toEqual(Buffer.from([8, 1, 16, 128, 202, 181, 238, 1]));
    expect((await call(receiver, encode(spans(1)))).code).toBe(0);
    expect(receiver.requests.map(({ answered }) => answered)).toEqual([14, 0]);
    expect(receiver.requests[0]?.headers).toMatchObject({
      authorization: "Bearer key",
      "token-bin": Buffer.from([1, 2]).toString("base64"),
    });
  });

  test.each([
    [401, 16],
    [403, 7],
    [404, 12],
    [400, 3],
    [503, 14],
    [200, 0],
  ])("an answer scripted as HTTP %i is %i", async (status, code) => {
    const receiver = await start();
    receiver.answer(status);
    expect((await call(receiver, encode(spans(1)))).code).toBe(code);
  });

  test("hang, reset and partial do over gRPC what they do over HTTP", async () => {
    const receiver = await start();
    receiver.hang().thenReset().thenPartial(1, "too old");
    expect((await call(receiver, encode(spans(1)), 300)).code).toBe(4);
    expect((await call(receiver, encode(spans(1)))).code).toBe(14);
    const partly = await call(receiver, encode(spans(3)));
    expect(ProtobufTraceSerializer.deserializeResponse(partly.body!)).toMatchObject({
      partialSuccess: { rejectedSpans: 1, errorMessage: "too old" },
    });
    expect(receiver.spans).toHaveLength(2);
    expect(receiver.requests.map(({ answered }) => answered)).toEqual(["hang", "reset", 0]);
  });

  test("over 4 MiB is RESOURCE_EXHAUSTED as grpc-js says it, and a smaller limit the same", async () => {
    const receiver = await start();
    const large = encode(spans(1, "x".repeat(5_000_000)));
    const refused = await call(receiver, large);
    expect(refused).toMatchObject({ code: 8, details: expect.stringContaining("larger than max") });
    receiver.maxBytes(1_000);
    const limited = await call(receiver, encode(spans(1, "x".repeat(2_000))));
    expect(limited).toMatchObject({
      code: 8,
      details: expect.stringMatching(/larger than max \(\d+ vs 1000\)/),
    });
    receiver.maxBytes(8_000_000);
    await receiver.stop();
    await receiver.start();
    expect((await call(receiver, large)).code).toBe(0);
  });
});

describe("the receiver", () => {
  test("stops as an outage does and comes back on the same ports", async () => {
    const receiver = await start();
    const { httpUrl, grpcUrl } = receiver;
    await post(receiver, encode(spans(1)));
    await receiver.stop();
    const refused = await post(receiver, encode(spans(1))).catch((failure: Error) => failure.cause);
    expect(refused).toMatchObject({ code: "ECONNREFUSED" });
    expect((await call(receiver, encode(spans(1)))).code).toBe(14);
    await receiver.start();
    expect([receiver.httpUrl, receiver.grpcUrl]).toEqual([httpUrl, grpcUrl]);
    expect((await post(receiver, encode(spans(1)))).status).toBe(200);
    expect((await call(receiver, encode(spans(1)))).code).toBe(0);
    expect(receiver.spans).toHaveLength(3);
  });

  test("cuts idle and hanging connections when it stops", async () => {
    const receiver = await start();
    const socket = connect(Number(new URL(receiver.httpUrl).port), "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {});
    await receiver.stop();
    await expect(closed).resolves.toBeDefined();
  });

  test("tells repeats from new spans", async () => {
    const receiver = await start();
    const body = encode(spans(2));
    await post(receiver, body);
    await call(receiver, body);
    await post(receiver, encode(spans(1)));
    expect(receiver.spans).toHaveLength(5);
    expect(receiver.uniqueSpans).toHaveLength(3);
    expect(receiver.uniqueSpanCount).toBe(3);
    receiver.forget();
    expect([receiver.spans, receiver.requests, receiver.uniqueSpans]).toEqual([[], [], []]);
  });

  test("says what did arrive when spans are missing", async () => {
    const receiver = await start();
    receiver.answer(401);
    await post(receiver, encode(spans(2)));
    await post(receiver, encode(spans(1)));
    await expect(receiver.waitForSpans(3, 50)).rejects.toThrow(
      /waited 50 ms for 3 spans; accepted 1 spans \(1 with repeats\): "span 0"\. 2 requests, the last of them:\n {2}http\/protobuf POST \/v1\/traces: 2 spans, \d+ bytes, answered 401\n/,
    );
  });

  test("counts 50,000 spans of 2 KB by their ids", async () => {
    const receiver = await start({ decode: "count" });
    const batch = 250;
    const template = encode(spans(batch, "x".repeat(2_000)));
    // New ids in place: encoding 50,000 spans would take most of the test.
    const ids = receiverIds(template);
    for (let sent = 0; sent < 200; sent += 1) {
      for (const [index, at] of ids.entries()) template.writeUInt32BE(sent * batch + index, at);
      await post(receiver, template);
    }
    await receiver.waitForSpans(50_000);
    expect(receiver.spanIds).toHaveLength(50_000);
    expect(receiver.uniqueSpanCount).toBe(50_000);
    expect(receiver.spans).toEqual([]);
  });
});

/** Where the span ids stand: after a trace id (0a 10 …) comes 12 08. */
function receiverIds(request: Buffer): number[] {
  const found: number[] = [];
  for (let at = request.indexOf("0a10", 0, "hex"); at !== -1; at = request.indexOf("0a10", at + 1, "hex")) {
    if (request.readUInt16BE(at + 18) === 0x12_08) found.push(at + 20);
  }
  return found;
}
