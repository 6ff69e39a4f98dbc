// Vercel's runtime, as far as a library sees it: a global that gives the request being answered.
import { AsyncLocalStorage } from "node:async_hooks";
import { ROOT_CONTEXT, trace, TraceFlags } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BatchSpanProcessor } from "../../src/index.ts";
import { useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

interface VercelRequest {
  promises: Promise<unknown>[];
  waitUntil(promise: Promise<unknown>): void;
}

const slots = globalThis as { [slot: symbol]: unknown };
const REQUEST_CONTEXT = Symbol.for("@vercel/request-context");
const requests = new AsyncLocalStorage<VercelRequest>();

let receiver: OtlpReceiver;
let provider: BasicTracerProvider;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  // Only a flush sends before the test is over.
  const processor = new BatchSpanProcessor({ endpoint: receiver.httpUrl, scheduledDelayMillis: 600_000 });
  provider = new BasicTracerProvider({ spanProcessors: [processor] });
  slots[REQUEST_CONTEXT] = { get: () => requests.getStore() };
});
afterEach(async () => {
  Reflect.deleteProperty(globalThis, REQUEST_CONTEXT);
  await provider.shutdown();
  await receiver.stop();
});

/** Runs code as Vercel runs the code that answers a request; gives the request. */
function answer(work: () => void): VercelRequest {
  const promises: Promise<unknown>[] = [];
  const request = { promises, waitUntil: (promise: Promise<unknown>) => void promises.push(promise) };
  requests.run(request, work);
  return request;
}

const start = (name: string, parent = ROOT_CONTEXT) =>
  provider.getTracer("vercel").startSpan(name, {}, parent);
const arrived = (): string[] => receiver.uniqueSpans.map(({ name }) => name);

describe("on Vercel", () => {
  it("a request waits until its spans are delivered", async () => {
    const request = answer(() => {
      const root = start("root");
      start("child", trace.setSpan(ROOT_CONTEXT, root)).end();
      root.end();
    });
    expect(request.promises).toHaveLength(1);
    await request.promises[0];
    expect(arrived().toSorted()).toEqual(["child", "root"]);
  });

  it("a request waits once, however many roots end in it", async () => {
    const request = answer(() => {
      for (let index = 0; index < 20; index++) start(`root ${index}`).end();
    });
    expect(request.promises).toHaveLength(1);
    await Promise.all(request.promises);
    expect(receiver.uniqueSpanCount).toBe(20);
  });

  it("each request waits for itself", async () => {
    const first = answer(() => start("first").end());
    const second = answer(() => start("second").end());
    expect([first.promises.length, second.promises.length]).toEqual([1, 1]);
    await Promise.all([...first.promises, ...second.promises]);
    expect(arrived().toSorted()).toEqual(["first", "second"]);
  });

  it("a span whose parent is in another process is a root here", async () => {
    const caller = {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    };
    const request = answer(() => start("root", trace.setSpanContext(ROOT_CONTEXT, caller)).end());
    await Promise.all(request.promises);
    expect(arrived()).toEqual(["root"]);
  });

  it.each([
    ["says nothing of it", {}],
    ["says that it is local", { isRemote: false }],
  ])("so is one whose parent somebody made by hand and %s", async (_, flags) => {
    const caller = {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      traceFlags: TraceFlags.SAMPLED,
      ...flags,
    };
    const request = answer(() => {
      const root = start("root", trace.setSpanContext(ROOT_CONTEXT, caller));
      start("child", trace.setSpan(ROOT_CONTEXT, root)).end();
      root.end();
    });
    expect(request.promises).toHaveLength(1);
    await Promise.all(request.promises);
    expect(arrived()).toEqual(["child", "root"]);
  });

  it.each([true, false, undefined])(
    "a child whose parent in this process was made again by hand is no root (isRemote: %s)",
    (isRemote) => {
      const request = answer(() => {
        const { traceId, spanId, traceFlags } = start("root").spanContext();
        const again = { traceId, spanId, traceFlags, ...(isRemote !== undefined && { isRemote }) };
        start("child", trace.setSpanContext(ROOT_CONTEXT, again)).end();
      });
      expect(request.promises).toEqual([]);
    },
  );

  it("a child that ends before its root does not make the request wait", () => {
    const request = answer(() => {
      start("child", trace.setSpan(ROOT_CONTEXT, start("root"))).end();
    });
    expect(request.promises).toEqual([]);
  });

  it("a child that outlives its root is waited for, as the body of a stream", async () => {
    const root = start("root");
    const child = start("child", trace.setSpan(ROOT_CONTEXT, root));
    const request = answer(() => root.end());
    await request.promises[0];
    requests.run(request, () => child.end());
    await Promise.all(request.promises);
    expect(arrived()).toEqual(["root", "child"]);
  });

  it("the wait ends when Phoenix is away, and does not reject", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await receiver.stop();
    const request = answer(() => start("root").end());
    await expect(Promise.all(request.promises)).resolves.toEqual([undefined]);
  });

  it("a platform that throws breaks nothing", () => {
    const refuse = (): never => {
      throw new Error("too late");
    };
    for (const broken of [{ get: refuse }, { get: () => ({ waitUntil: refuse }) }, {}, { get: () => null }]) {
      slots[REQUEST_CONTEXT] = broken;
      expect(() => start("root").end()).not.toThrow();
    }
  });
});
