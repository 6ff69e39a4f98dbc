import { BasicTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { BatchSpanProcessor, register, type TracerProvider, withFlush } from "../../src/index.ts";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { PATIENCE_MILLIS } from "../support/patience.ts";
import { startStopwatch } from "../support/stopwatch.ts";

useFreshProcess();

let receiver: OtlpReceiver;
let provider: TracerProvider;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  // Only a flush sends before the test is over.
  vi.stubEnv("OTEL_BSP_SCHEDULE_DELAY", "600000");
  provider = register({ endpoint: `${receiver.httpUrl}/v1/traces`, global: false });
});
afterEach(async () => {
  await provider.shutdown();
  await receiver.stop();
});

const trace = (name: string): void => provider.getTracer("lambda").startSpan(name).end();
const arrived = (): string[] => receiver.uniqueSpans.map(({ name }) => name);

/** Ends what hangs. */
const cutConnections = async (): Promise<void> => {
  await receiver.stop();
  await receiver.start();
};

interface LambdaContext {
  getRemainingTimeInMillis(): number;
}
type Callback = (error: Error | null, result?: string) => void;

describe("an async handler", () => {
  it("gives its result once the spans are delivered", async () => {
    const result = { statusCode: 200 };
    const handler = withFlush(async (name: string) => {
      trace(name);
      return result;
    });
    expect(await handler("asked")).toBe(result);
    expect(arrived()).toEqual(["asked"]);
  });

  it("rejects with its own error once the spans are delivered", async () => {
    const error = new Error("mine");
    const handler = withFlush(async () => {
      trace("failed");
      throw error;
    });
    await expect(handler()).rejects.toBe(error);
    expect(arrived()).toEqual(["failed"]);
  });

  it("is flushed at each of its invocations", async () => {
    const handler = withFlush(async (name: string) => trace(name));
    for (const name of ["one", "two", "three"]) {
      await handler(name);
      expect(arrived()).toContain(name);
    }
    expect(receiver.requests).toHaveLength(3);
  });

  it("waits for every processor of the process, those of another provider and without exit flush too", async () => {
    const processor = new BatchSpanProcessor({
      endpoint: receiver.grpcUrl,
      protocol: "grpc",
      flushOnExit: false,
    });
    const other = new BasicTracerProvider({ spanProcessors: [processor] });
    const handler = withFlush(async () => {
      trace("ours");
      other.getTracer("other").startSpan("theirs").end();
    });
    await handler();
    expect(arrived().toSorted()).toEqual(["ours", "theirs"]);
    await other.shutdown();
  });
});

describe("a handler that calls back", () => {
  it("has its callback called with its arguments once the spans are delivered", async () => {
    const handler = withFlush((event: string, _context: object, callback: Callback) => {
      trace(event);
      callback(null, `re: ${event}`);
    });
    const seen = await new Promise<unknown[]>((resolve) => {
      const returned: unknown = handler("event", {}, (...outcome) => resolve([...outcome, arrived()]));
      expect(returned).toBeUndefined();
    });
    expect(seen).toEqual([null, "re: event", ["event"]]);
  });

  it("may return what is no result, as a timer, before it calls back", async () => {
    const timer = setTimeout(() => undefined);
    const handler = withFlush((_event: string, _context: object, callback: Callback): NodeJS.Timeout => {
      setTimeout(() => callback(new Error("late")), 10);
      return timer;
    });
    await new Promise<void>((resolve) => {
      expect(handler("event", {}, () => resolve())).toBe(timer);
    });
  });

  it("rejects when it throws before it calls back", async () => {
    const error = new Error("mine");
    const handler = withFlush((_event: string, _context: object, _callback: Callback): void => {
      trace("failed");
      throw error;
    });
    const returned: unknown = handler("event", {}, () => undefined);
    await expect(returned).rejects.toBe(error);
    expect(arrived()).toEqual(["failed"]);
  });

  it("that is async and never calls back gives its result", async () => {
    const handler = withFlush(async (event: string, _context: object, _callback: Callback) => {
      trace(event);
      return event;
    });
    expect(await handler("event", {}, () => undefined)).toBe("event");
    expect(arrived()).toEqual(["event"]);
  });
});

describe("a plain handler", () => {
  it("gives a promise of its value", async () => {
    const handler = withFlush((event: { name: string }) => {
      trace(event.name);
      return event;
    });
    const event = { name: "plain" };
    expect(await handler(event)).toBe(event);
    expect(arrived()).toEqual(["plain"]);
  });

  it("gives a promise of its value also where the platform passes a callback it does not take", async () => {
    const handler = withFlush((event: string) => {
      trace(event);
      return 42;
    }) as (...args: unknown[]) => unknown;
    expect(await handler("plain", {}, () => undefined)).toBe(42);
    expect(arrived()).toEqual(["plain"]);
  });
});

describe("the wrapper", () => {
  it("keeps this, arguments, name, length and own properties", async () => {
    const streaming = Symbol.for("aws.lambda.runtime.handler.streaming");
    const answer = async function answer(this: { id: number }, a: string, b: string) {
      return [this.id, a, b];
    };
    Object.assign(answer, { [streaming]: "response" });
    const handler = withFlush(answer);
    expect(await handler.call({ id: 7 }, "a", "b")).toEqual([7, "a", "b"]);
    expect(handler).toHaveProperty("name", answer.name);
    expect(handler).toHaveLength(2);
    expect(Reflect.get(handler, streaming)).toBe("response");
  });

  it("keeps types: promises and void as they are, values as promises", () => {
    const asynchronous = withFlush(async (_event: string) => 1);
    expectTypeOf(asynchronous).parameters.toEqualTypeOf<[string]>();
    expectTypeOf(asynchronous).returns.toEqualTypeOf<Promise<number>>();
    const calledBack = withFlush((_event: string, _callback: Callback): void => undefined);
    expectTypeOf(calledBack).returns.toEqualTypeOf<void>();
    const plain = withFlush((_event: string) => 1);
    expectTypeOf(plain).returns.toEqualTypeOf<Promise<number>>();
  });

  it("works without any processor", async () => {
    await provider.shutdown();
    expect(await withFlush(async () => "result")()).toBe("result");
  });
});

describe("when Phoenix does not take the spans", () => {
  it("gives the result all the same, and at once where nothing listens", async () => {
    collectLines();
    await receiver.stop();
    const stopwatch = startStopwatch();
    const handler = withFlush(async () => trace("kept"));
    expect(await handler()).toBeUndefined();
    expect(stopwatch.millis()).toBeLessThan(1_500);
    await receiver.start();
    await handler();
    expect(arrived()).toEqual(["kept", "kept"]);
  });

  it("waits no longer than timeoutMillis for a silent server, and delivers with the next invocation", async () => {
    collectLines();
    receiver.hang();
    const startMillis = performance.now();
    const stopwatch = startStopwatch();
    await withFlush(async () => trace("first"), { timeoutMillis: 300 })();
    expect(performance.now() - startMillis).toBeGreaterThan(250);
    expect(stopwatch.millis()).toBeLessThan(1_500);
    const second = withFlush(async () => trace("second"), { timeoutMillis: PATIENCE_MILLIS })();
    await receiver.waitForSpans(1);
    expect(arrived()).toEqual(["second"]);
    await cutConnections();
    await second;
    expect(arrived()).toEqual(["second", "first"]);
  });

  it("leaves half a second of an AWS Lambda invocation", async () => {
    collectLines();
    receiver.hang();
    const handler = withFlush(async (name: string, _context: LambdaContext) => trace(name), {
      timeoutMillis: 20_000,
    });
    const stopwatch = startStopwatch();
    await handler("late", { getRemainingTimeInMillis: () => 800 });
    expect(stopwatch.millis()).toBeLessThan(2_000);
    await cutConnections();
    await receiver.waitForSpans(1);
  });
});
