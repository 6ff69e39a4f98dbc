// How long the provider's flush and shutdown wait, on timers that a test turns.
import { createServer, type ServerResponse } from "node:http";
import { setImmediate } from "node:timers/promises";
import type { SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addStats } from "../src/delivery/counters.ts";
import {
  type BatchSpanProcessor,
  TracerProvider,
  type TracerProviderOptions,
  withFlush,
} from "../src/index.ts";
import { collectLines, useFreshProcess } from "./support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "./support/otlp-receiver.ts";
import { driveTime, releaseTime } from "./support/driven-time.ts";
import { listenOnOwnPort } from "./support/own-ports.ts";

useFreshProcess();

let receiver: OtlpReceiver;
const providers: TracerProvider[] = [];
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  releaseTime();
  await receiver.stop();
  for (const provider of providers.splice(0)) await provider.shutdown({ timeoutMillis: 0 });
});

/** A provider with one span that the server never answers. */
const waiting = (options: TracerProviderOptions = {}): TracerProvider => {
  collectLines();
  receiver.respond(() => ({ kind: "hang" }));
  // One attempt lasts as long as anybody waits here.
  vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", "9999999999");
  const provider = new TracerProvider({ endpoint: `${receiver.httpUrl}/v1/traces`, ...options });
  providers.push(provider);
  provider.getTracer("test").startSpan("waits").end();
  return provider;
};

type Wait = (provider: TracerProvider, timeoutMillis: number) => Promise<unknown>;

const flushed: [string, Wait][] = [
  ["forceFlush", (provider, timeoutMillis) => provider.forceFlush({ timeoutMillis })],
  ["flush", (provider, timeoutMillis) => provider.flush({ timeoutMillis })],
  ["withFlush", (_, timeoutMillis) => withFlush(async () => undefined, { timeoutMillis })()],
];
const waits: [string, Wait][] = [
  ...flushed,
  ["shutdown", (provider, timeoutMillis) => provider.shutdown({ timeoutMillis })],
];

/** Turns the timers, and tells whether the wait is over by then. */
async function isOverAfter(wait: Promise<unknown>, ...stepsMillis: number[]): Promise<boolean[]> {
  let over = false;
  void wait.then(() => (over = true));
  const states: boolean[] = [];
  for (const millis of stepsMillis) {
    await vi.advanceTimersByTimeAsync(millis);
    states.push(over);
  }
  return states;
}

describe.each(waits)("provider.%s", (_name, wait) => {
  it.each([0, 1, 15_000, 2 ** 31])("waits %d ms for a silent server, no less and no more", async (millis) => {
    driveTime();
    const provider = waiting();
    const [before, then] = await isOverAfter(wait(provider, millis), Math.max(0, millis - 1), 1);
    expect([before, then]).toEqual([millis === 0, true]);
  });
});

describe.each(flushed)("provider.%s within Infinity", (_name, wait) => {
  it("waits until the span is delivered", async () => {
    driveTime();
    const held: ServerResponse[] = [];
    const server = createServer((request, response) => {
      request.resume().on("end", () => held.push(response));
    });
    const port = await listenOnOwnPort(server);
    const provider = waiting({ endpoint: `http://127.0.0.1:${port}/v1/traces` });
    const done = wait(provider, Infinity);
    expect(await isOverAfter(done, 40_000, 2 ** 31)).toEqual([false, false]);
    releaseTime();
    await expect.poll(() => held.length).toBe(1);
    held[0]?.end();
    await done;
    expect(provider.stats()).toMatchObject({ emitted: 1, delivered: 1 });
    server.closeAllConnections();
    server.close();
  });
});

it.each(["forceFlush", "flush", "shutdown"] as const)(
  "provider.%s() keeps the option forceFlushTimeoutMillis, beyond what a processor waits by itself",
  async (method) => {
    driveTime();
    const provider = waiting({ forceFlushTimeoutMillis: 12_000 });
    expect(await isOverAfter(provider[method](), 11_999, 1)).toEqual([false, true]);
  },
);

it("the result of a flush is what it was then, whatever a processor delivers later", async () => {
  let deliverLate = (): void => undefined;
  const late: SpanProcessor & Pick<BatchSpanProcessor, "flush" | "stats"> = {
    onStart: () => undefined,
    onEnd: () => undefined,
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
    stats: () => addStats([]),
    // Its flush ends only after the provider's.
    flush: () =>
      new Promise((resolve) => {
        deliverLate = () => resolve({ delivered: 7, pending: 0, dropped: 0 });
      }),
  };
  const provider = new TracerProvider({ spanProcessors: [late] });
  const result = await provider.flush({ timeoutMillis: 10 });
  expect(result).toEqual({ delivered: 0, pending: 0, dropped: 0 });
  deliverLate();
  await setImmediate();
  expect(result).toEqual({ delivered: 0, pending: 0, dropped: 0 });
});
