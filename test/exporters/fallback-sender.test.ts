import { createServer } from "node:http";
import { createServer as createTcpServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FallbackSender } from "../../src/exporters/fallback-sender.ts";
import { GrpcSender } from "../../src/exporters/grpc/grpc-sender.ts";
import { HttpSender } from "../../src/exporters/http/http-sender.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { startStopwatch } from "../support/stopwatch.ts";
import { encodeSpans } from "./encode-spans.ts";
import { listenOnOwnPort } from "../support/own-ports.ts";

const closers: (() => unknown)[] = [];
let receiver: OtlpReceiver;
let nowMillis = 0;
const lines: string[] = [];

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  nowMillis = 0;
  lines.length = 0;
  vi.spyOn(console, "warn").mockImplementation((line: string) => void lines.push(line));
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closers.splice(0)) await close();
  await receiver.stop();
});

const REQUEST = encodeSpans(3);

const senderFor = (
  grpcUrl = receiver.grpcUrl,
  httpUrl = receiver.httpUrl,
  source = "PHOENIX_COLLECTOR_ENDPOINT",
): FallbackSender => {
  const sender = new FallbackSender({
    grpc: new GrpcSender({ url: grpcUrl }),
    http: new HttpSender({ url: `${httpUrl}/v1/traces` }),
    source,
    now: () => nowMillis,
  });
  closers.push(() => sender.close());
  return sender;
};

const listen = async (server: Server): Promise<string> => {
  closers.push(() => server.close());
  return `http://127.0.0.1:${await listenOnOwnPort(server)}`;
};

/** A port where nothing listens. */
const deadUrl = async (): Promise<string> => {
  const server = createTcpServer();
  const url = await listen(server);
  server.close();
  return url;
};

const protocols = (): string[] => receiver.requests.map(({ protocol }) => protocol);

test("gRPC is used where it can be reached, and nothing is said", async () => {
  const sender = senderFor();
  expect(sender.url).toBe(receiver.grpcUrl);
  expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "grpc", code: 0 });
  await sender.send(REQUEST, 5000);
  expect(protocols()).toEqual(["grpc", "grpc"]);
  expect(lines).toEqual([]);
  expect(sender.exitRoutes().map(({ protocol }) => protocol)).toEqual(["grpc"]);
});

describe("HTTP is the fallback when gRPC", () => {
  const silent = (): Promise<string> =>
    listen(createTcpServer((socket) => void closers.push(() => socket.destroy())));
  const http1 = (): Promise<string> => listen(createServer((_, response) => response.end("hello")));

  test.each([
    ["is refused", deadUrl],
    ["does not answer within a second", silent],
    ["is an HTTP/1 server", http1],
    ["has a host without an address", async () => "http://no-such-host.invalid:4317"],
  ])("%s, and it is said once", async (_, grpcUrl) => {
    const url = await grpcUrl();
    const sender = senderFor(url);
    const stopwatch = startStopwatch();
    expect(await sender.send(REQUEST, 10_000)).toMatchObject({ kind: "http", status: 200 });
    expect(stopwatch.millis()).toBeLessThan(3000);
    await sender.send(REQUEST, 5000);
    expect(protocols()).toEqual(["http/protobuf", "http/protobuf"]);
    expect(sender.url).toBe(`${receiver.httpUrl}/v1/traces`);
    expect(sender.maxRequestBytes).toBe(8 * 1024 * 1024);
    expect(lines).toEqual([
      expect.stringMatching(
        /^PHX351 gRPC at .* \(from PHOENIX_COLLECTOR_ENDPOINT\) cannot be reached .*PHOENIX_GRPC_PORT/,
      ),
    ]);
    expect(lines[0]).toContain(url);
  });
});

test("a gRPC server that is slow to answer is not given up", async () => {
  receiver.delay(1300);
  expect(await senderFor().send(REQUEST, 10_000)).toMatchObject({ kind: "grpc", code: 0 });
  expect(protocols()).toEqual(["grpc"]);
});

test("a gRPC server that refuses the key is reached: HTTP is not asked", async () => {
  receiver.answerGrpc(16);
  expect(await senderFor().send(REQUEST, 5000)).toMatchObject({ kind: "grpc", code: 16 });
  expect(protocols()).toEqual(["grpc"]);
});

test("an HTTP server that refuses the key is reached: that decides, too", async () => {
  receiver.answer(401);
  const sender = senderFor(await deadUrl());
  expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "http", status: 401 });
  expect(sender.exitRoutes().map(({ protocol }) => protocol)).toEqual(["http/protobuf"]);
});

describe("while neither can be reached", () => {
  test("nothing is decided, nothing is said, and the first to come up is used", async () => {
    await receiver.stop();
    const sender = senderFor();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "network", code: "ECONNREFUSED" });
    expect(sender.exitRoutes().map(({ protocol }) => protocol)).toEqual(["grpc", "http/protobuf"]);
    expect(lines).toEqual([]);
    await receiver.start();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "grpc", code: 0 });
  });
});

describe("the decision", () => {
  test("is made once for attempts that start together", async () => {
    const sender = senderFor(await deadUrl());
    const answers = await Promise.all([1, 2, 3].map(() => sender.send(REQUEST, 5000)));
    expect(answers).toEqual([1, 2, 3].map(() => expect.objectContaining({ status: 200 })));
    expect(receiver.requests).toHaveLength(3);
    expect(lines).toHaveLength(1);
  });

  test("fails once for attempts that start together", async () => {
    const dead = await deadUrl();
    const sender = senderFor(dead, dead);
    const answers = await Promise.all([1, 2, 3].map(() => sender.send(REQUEST, 5000)));
    expect(answers).toEqual([1, 2, 3].map(() => expect.objectContaining({ code: "ECONNREFUSED" })));
  });

  test("is remembered for every sender of the process with this target", async () => {
    const grpcUrl = await deadUrl();
    await senderFor(grpcUrl).send(REQUEST, 5000);
    const later = senderFor(grpcUrl);
    expect(later.url).toBe(`${receiver.httpUrl}/v1/traces`);
    await later.send(REQUEST, 5000);
    expect(lines).toHaveLength(1);
  });

  test("is made again only once the chosen side was unreachable for a minute", async () => {
    const other = await startOtlpReceiver();
    closers.push(() => other.stop());
    const sender = senderFor(receiver.grpcUrl, other.httpUrl);
    await sender.send(REQUEST, 5000);
    await receiver.stop();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "network" });
    nowMillis = 59_000;
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "network" });
    nowMillis = 60_000;
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "network" });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "http", status: 200 });
    expect(other.spans).toHaveLength(3);
    await receiver.start();
  });

  test("is said again when it was made again", async () => {
    const grpcUrl = await deadUrl();
    const sender = senderFor(grpcUrl, receiver.httpUrl, "default");
    await sender.send(REQUEST, 5000);
    await receiver.stop();
    await sender.send(REQUEST, 5000);
    nowMillis = 60_000;
    await sender.send(REQUEST, 5000);
    await receiver.start();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ kind: "http", status: 200 });
    const line = `PHX351 gRPC at ${grpcUrl} (the default) cannot be reached (ECONNREFUSED); spans go to`;
    expect(lines).toEqual([expect.stringContaining(line), expect.stringContaining(line)]);
  });

  test("stands when the chosen side came back within the minute", async () => {
    const sender = senderFor();
    await sender.send(REQUEST, 5000);
    await receiver.stop();
    await sender.send(REQUEST, 5000);
    await receiver.start();
    nowMillis = 50_000;
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: 0 });
    await receiver.stop();
    nowMillis = 70_000;
    await sender.send(REQUEST, 5000);
    expect(sender.exitRoutes().map(({ protocol }) => protocol)).toEqual(["grpc"]);
    await receiver.start();
  });
});
