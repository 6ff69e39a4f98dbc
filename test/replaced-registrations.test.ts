// What is left of a registration that another one replaced: nothing, once its spans are delivered.
import { createServer } from "node:http";
import type { Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Span, trace } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BatchSpanProcessor, PROJECT_NAME, register, type TracerProvider } from "../src/index.ts";
import { collectLines, useFreshProcess } from "./support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "./support/otlp-receiver.ts";
import { listenOnOwnPort } from "./support/own-ports.ts";

useFreshProcess();

let receiver: OtlpReceiver;
let lines: string[];
const providers = new Set<TracerProvider>();
beforeEach(async () => {
  lines = collectLines();
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  for (const provider of providers) await provider.shutdown();
  providers.clear();
  await receiver.stop();
});

const registered: typeof register = (options) => {
  const provider = register(options);
  providers.add(provider);
  return provider;
};

/** Processors that `withFlush` waits for. */
const living = (): number =>
  (Reflect.get(globalThis, Symbol.for("phoenix-otel.flushes.v1")) as Set<unknown>).size;

const started = (name: string): Span => trace.getTracer("test").startSpan(name);

/** A server that takes everything, and its open connections. */
const countingServer = async () => {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => request.resume().on("end", () => response.end()));
  // It never closes an idle connection by itself.
  server.keepAliveTimeout = 0;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const endpoint = `http://127.0.0.1:${await listenOnOwnPort(server)}/v1/traces`;
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { endpoint, sockets, stop };
};

describe("after any number of registrations", () => {
  it.each([
    ["an inline apiKey function", (endpoint: string) => ({ endpoint, apiKey: () => "key" })],
    ["an inline headers function", (endpoint: string) => ({ endpoint, headers: async () => ({ a: "1" }) })],
    ["another project", (endpoint: string, index: number) => ({ endpoint, projectName: `p${index}` })],
    [
      "an inline processor",
      (endpoint: string) => ({ spanProcessors: [new BatchSpanProcessor({ endpoint })] }),
    ],
  ])("with %s one processor and its connections live", async (_, options) => {
    const { endpoint, sockets, stop } = await countingServer();
    for (let index = 0; index < 10; index++) {
      registered(options(endpoint, index));
      started(`span ${index}`).end();
      await expect.poll(() => sockets.size).toBeGreaterThan(0);
    }
    await expect.poll(living, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => sockets.size).toBeLessThanOrEqual(2);
    const counts = [...providers].map((provider) => provider.stats());
    expect(counts.map(({ emitted }) => emitted)).toEqual(Array.from({ length: 10 }, () => 1));
    await Promise.all([...providers].map((provider) => provider.flush()));
    expect([...providers].map((provider) => provider.stats().delivered)).toEqual(
      Array.from({ length: 10 }, () => 1),
    );
    stop();
  });

  it("over gRPC the spans of each are delivered, and one lives", async () => {
    for (let index = 0; index < 5; index++) {
      registered({ endpoint: receiver.grpcUrl, protocol: "grpc", apiKey: () => "key" });
      started(`span ${index}`).end();
    }
    await receiver.waitForSpans(5);
    await expect.poll(living, { timeout: 10_000 }).toBe(1);
    expect(new Set(receiver.spans.map(({ name }) => name)).size).toBe(5);
  });

  it("one source is left of the exit flush: with the last provider its listeners go", async () => {
    const before = process.listenerCount("beforeExit");
    for (let index = 0; index < 5; index++) {
      registered({ endpoint: receiver.httpUrl, apiKey: () => "key" });
      started(`span ${index}`).end();
    }
    await receiver.waitForSpans(5);
    await expect.poll(living, { timeout: 10_000 }).toBe(1);
    expect(process.listenerCount("beforeExit")).toBe(before + 1);
    await [...providers].at(-1)?.shutdown();
    expect(process.listenerCount("beforeExit")).toBe(before);
  });

  it("the same function is the same setting, and what differs is said once", () => {
    const apiKey = (): string => "key";
    const first = registered({ endpoint: receiver.httpUrl, apiKey });
    expect(registered({ endpoint: receiver.httpUrl, apiKey })).toBe(first);
    for (let index = 0; index < 3; index++) registered({ endpoint: receiver.httpUrl, apiKey: () => "key" });
    expect(lines).toEqual([
      expect.stringMatching(/^PHX202 register\(\) was called again with other settings \(apiKey\): /),
    ]);
  });
});

it("a tracer taken long ago follows the latest provider, and keeps none of those between alive", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const endpoint = receiver.httpUrl;
  const tracer = register({ endpoint, projectName: "first" }).getTracer("kept");
  const between: WeakRef<TracerProvider>[] = [];
  for (let index = 0; index < 5; index++) {
    between.push(new WeakRef(register({ endpoint, projectName: `between ${index}` })));
    tracer.startSpan("span").end();
  }
  registered({ endpoint, projectName: "last" });
  tracer.startSpan("last").end();
  await receiver.waitForSpans(6);
  await expect.poll(living).toBe(1);
  await expect
    .poll(() => (collectGarbage(), between.filter((provider) => provider.deref() !== undefined).length))
    .toBe(0);
  expect(receiver.spans.find(({ name }) => name === "last")?.resource[PROJECT_NAME]).toBe("last");
});

describe("a span that ends after its provider was replaced", () => {
  it("is delivered where it belongs, and then nothing is held again", async () => {
    const before = await startOtlpReceiver();
    registered({ endpoint: before.httpUrl, projectName: "before" });
    const late = started("late");
    registered({ endpoint: receiver.httpUrl, projectName: "after" });
    await expect.poll(living).toBe(1);
    late.end();
    expect(living()).toBe(2);
    await before.waitForSpans(1);
    expect(before.spans[0]).toMatchObject({ name: "late", resource: { [PROJECT_NAME]: "before" } });
    await expect.poll(living, { timeout: 5_000 }).toBe(1);
    await before.stop();
  });

  it("is delivered also when its provider was replaced again and again", async () => {
    const provider = registered({ endpoint: receiver.httpUrl, projectName: "0" });
    const late = started("late");
    const tracer = provider.getTracer("kept");
    for (const projectName of ["1", "2", "3"]) registered({ endpoint: receiver.httpUrl, projectName });
    late.end();
    tracer.startSpan("new").end();
    await receiver.waitForSpans(2);
    const projects = Object.fromEntries(
      receiver.spans.map(({ name, resource }) => [name, resource[PROJECT_NAME]]),
    );
    expect(projects).toEqual({ late: "0", new: "3" });
  });
});

it("spans that cannot be delivered yet keep their processor until the server is back", async () => {
  await receiver.stop();
  registered({ endpoint: `${receiver.httpUrl}/v1/traces`, projectName: "before" });
  started("waits").end();
  const second = registered({ endpoint: `${receiver.httpUrl}/v1/traces`, projectName: "after" });
  await second.flush();
  expect(living()).toBe(2);
  await receiver.start();
  await receiver.waitForSpans(1);
  await expect.poll(living, { timeout: 5_000 }).toBe(1);
  expect(receiver.spans[0]).toMatchObject({ name: "waits", resource: { [PROJECT_NAME]: "before" } });
});

it("a processor that the next registration has too goes on with it", async () => {
  const processor = new BatchSpanProcessor({ endpoint: receiver.httpUrl });
  registered({ spanProcessors: [processor], projectName: "one" });
  registered({ spanProcessors: [processor], projectName: "two" });
  expect(living()).toBe(1);
  started("two").end();
  await receiver.waitForSpans(1);
  await processor.shutdown();
  expect(living()).toBe(0);
});
