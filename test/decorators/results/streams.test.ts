// Streams pass through lazily; the span stays open until they end, and what they start is its child.
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { AlwaysOffSampler } from "@opentelemetry/sdk-trace-node";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import v8 from "node:v8";
import vm from "node:vm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { traceChain, traceTool, withSpan } from "../../../src/index.ts";
import { PATIENCE_MILLIS } from "../../support/patience.ts";
import { recordSpans, type RecordedSpans } from "../support/recorded-spans.ts";
import { driveTime, releaseTime } from "../../support/driven-time.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(async () => {
  releaseTime();
  await recorded.stop();
});

const child = traceTool(() => "child", { name: "child" });
const activeSpanId = (): string | undefined => trace.getSpan(context.active())?.spanContext().spanId;

async function* speak(): AsyncGenerator<string, string, undefined> {
  child();
  yield "Hel";
  await Promise.resolve();
  child();
  yield "lo";
  return "done";
}

function expectChildren(parent: string, count: number): void {
  const { spanId } = recorded.one(parent).spanContext();
  const children = recorded.spans.filter((span) => span.name === "child");
  expect(children.map((span) => span.parentSpanContext?.spanId)).toEqual(Array(count).fill(spanId));
}

describe("an async generator", () => {
  test("W9: keeps its span open and active until it ends, and joins text chunks", async () => {
    const traced = traceChain(speak, { name: "speak" });
    const generator = traced();
    expect(recorded.spans).toHaveLength(0);
    const chunks: string[] = [];
    for await (const chunk of generator) chunks.push(chunk);
    expect(chunks).toEqual(["Hel", "lo"]);
    expect(recorded.attributes("speak")).toMatchObject({
      "output.value": "Hello",
      "output.mime_type": "text/plain",
    });
    expectChildren("speak", 2);
    expect(activeSpanId()).toBeUndefined();
  });

  test("stays the object that the function returned", () => {
    const generator = speak();
    expect(withSpan(() => generator)()).toBe(generator);
  });

  test("gives its return value and takes what is sent into it", async () => {
    const traced = withSpan(async function* (): AsyncGenerator<number, string, number> {
      const sent = yield 1;
      return `sent ${sent}`;
    });
    const generator = traced();
    expect(await generator.next()).toEqual({ done: false, value: 1 });
    expect(await generator.next(7)).toEqual({ done: true, value: "sent 7" });
  });

  test("is not started before it is read", () => {
    const started = vi.fn<() => void>();
    withSpan(async function* lazy() {
      started();
      yield 1;
    })();
    expect(started).not.toHaveBeenCalled();
  });

  test("ends its span when the loop is left early, after its finally block ran", async () => {
    const steps: string[] = [];
    const traced = withSpan(
      async function* () {
        try {
          yield "a";
          yield "b";
        } finally {
          child();
          steps.push("finally");
        }
      },
      { name: "early" },
    );
    for await (const chunk of traced()) {
      steps.push(chunk);
      break;
    }
    expect(steps).toEqual(["a", "finally"]);
    expect(recorded.attributes("early")).toMatchObject({ "output.value": "a" });
    expectChildren("early", 1);
  });

  test("records what it threw, with the chunks before", async () => {
    const error = new TypeError("broken");
    const traced = withSpan(
      async function* () {
        yield "a";
        throw error;
      },
      { name: "broken" },
    );
    await expect(async () => {
      for await (const chunk of traced()) void chunk;
    }).rejects.toBe(error);
    expect(recorded.one("broken").status.code).toBe(SpanStatusCode.ERROR);
    expect(recorded.attributes("broken")).toMatchObject({ "output.value": "a" });
  });

  test("ends its span when an error is thrown into it", async () => {
    const generator = withSpan(speak, { name: "speak" })();
    await generator.next();
    await expect(generator.throw(new Error("in"))).rejects.toThrow("in");
    expect(recorded.one("speak").events).toHaveLength(1);
  });

  test("keeps the unsampled span active in its body, so its children stay unsampled", async () => {
    await recorded.stop();
    recorded = recordSpans({ sampler: new AlwaysOffSampler() });
    const seen: (string | undefined)[] = [];
    const traced = withSpan(async function* () {
      seen.push(activeSpanId());
      yield 1;
    });
    for await (const chunk of traced()) void chunk;
    expect(seen[0]).toMatch(/^[0-9a-f]{16}$/);
  });

  test("of objects is recorded as a JSON array", async () => {
    const traced = withSpan(async function* () {
      yield { a: 1 };
      yield "two";
      yield [3n];
    });
    for await (const chunk of traced()) void chunk;
    expect(recorded.one().attributes).toMatchObject({
      "output.value": '[{"a":1},"two",["3n"]]',
      "output.mime_type": "application/json",
    });
  });

  test("is recorded up to the limit, and the rest is not kept", async () => {
    const traced = withSpan(
      async function* () {
        for (let index = 0; index < 100; index++) yield "0123456789";
      },
      { maxValueLength: 100 },
    );
    for await (const chunk of traced()) void chunk;
    const value = recorded.one().attributes["output.value"] as string;
    expect(value).toHaveLength(100);
    expect(value).toMatch(/^0123456789.*…\[cut: limit 100 characters\]$/);
  });

  test("is aggregated by the function given, whose value processOutput receives", async () => {
    const traced = withSpan(speak, {
      aggregate: (chunks) => chunks.length,
      processOutput: (count) => ({ count }),
    });
    for await (const chunk of traced()) void chunk;
    expect(recorded.attributes("speak")["output.value"]).toBe('{"count":2}');
  });

  test("hands all chunks to processOutput", async () => {
    const traced = withSpan(speak, { processOutput: (chunks) => chunks.join("|") });
    for await (const chunk of traced()) void chunk;
    expect(recorded.attributes("speak")["output.value"]).toBe("Hel|lo");
  });

  test("of two nested wrappers belongs to the inner span, and both end", async () => {
    const traced = traceChain(traceTool(speak, { name: "inner" }), { name: "outer" });
    for await (const chunk of traced()) void chunk;
    expect(recorded.attributes("outer")["output.value"]).toBe("Hello");
    expect(recorded.one("inner").parentSpanContext?.spanId).toBe(recorded.one("outer").spanContext().spanId);
    expectChildren("inner", 2);
  });
});

describe("a sync generator", () => {
  test("W9: stays synchronous and keeps its span active in every step", () => {
    const traced = withSpan(
      function* count() {
        child();
        yield 1;
        child();
        yield 2;
      },
      { name: "count" },
    );
    expect([...traced()]).toEqual([1, 2]);
    expect(recorded.attributes("count")["output.value"]).toBe("[1,2]");
    expectChildren("count", 2);
  });

  test("can be delegated to", () => {
    const inner = withSpan(function* () {
      const got: string = yield 1;
      return got;
    });
    const outer = (function* () {
      return yield* inner();
    })();
    outer.next();
    expect(outer.next("x")).toEqual({ done: true, value: "x" });
  });

  test("an array is a value, not a stream", () => {
    const list = [1, 2];
    expect(withSpan(() => list)()).toBe(list);
    expect(recorded.one().attributes["output.value"]).toBe("[1,2]");
  });
});

describe("an async iterable", () => {
  test("stays the same object with its class and private fields", async () => {
    class Feed {
      readonly #items = ["a", "b"];
      async *[Symbol.asyncIterator](): AsyncGenerator<string> {
        for (const item of this.#items) {
          child();
          yield item;
        }
      }
      size(): number {
        return this.#items.length;
      }
    }
    const feed = new Feed();
    const traced = withSpan(() => feed, { name: "feed" })();
    expect(traced).toBe(feed);
    expect(traced.size()).toBe(2);
    for await (const item of traced) void item;
    expect(recorded.attributes("feed")["output.value"]).toBe("ab");
    expectChildren("feed", 2);
    const again: string[] = [];
    for await (const item of traced) again.push(item);
    expect(again).toEqual(["a", "b"]);
  });

  test("that is frozen is observed through a stand-in with its private fields", async () => {
    class Feed {
      readonly #items = ["a"];
      async *[Symbol.asyncIterator](): AsyncGenerator<string> {
        for (const item of this.#items) yield item;
      }
    }
    const traced = withSpan(() => Object.freeze(new Feed()))();
    expect(traced).toBeInstanceOf(Feed);
    for await (const item of traced) expect(item).toBe("a");
    expect(recorded.one().attributes["output.value"]).toBe("a");
  });

  test("returned thousands of times does not grow", async () => {
    const bus = {
      async *[Symbol.asyncIterator](): AsyncGenerator<number> {
        yield 1;
      },
    };
    const open = withSpan(() => bus);
    for (let index = 0; index < 5_000; index++) open();
    for await (const item of open()) expect(item).toBe(1);
    expect(recorded.spans).toHaveLength(5_001);
  });

  test("whose iterator has no return() ends its span when the loop is left", async () => {
    const counter = {
      [Symbol.asyncIterator]() {
        let value = 0;
        return { next: async () => ({ done: false, value: value++ }) };
      },
    };
    for await (const item of withSpan(() => counter, { name: "counter" })()) if (item === 2) break;
    expect(recorded.attributes("counter")["output.value"]).toBe("[0,1,2]");
  });
});

describe("a ReadableStream", () => {
  const numbers = (onPull: () => void = () => {}, onCancel: (reason: unknown) => void = () => {}) => {
    let count = 0;
    return new ReadableStream<string>(
      {
        pull(controller) {
          onPull();
          if (count === 3) controller.close();
          else controller.enqueue(`${count++},`);
        },
        cancel: onCancel,
      },
      { highWaterMark: 0 },
    );
  };

  test("W9: is read lazily, with backpressure, and ends the span when it ends", async () => {
    const onPull = vi.fn<() => void>();
    const stream = withSpan(() => numbers(onPull), { name: "numbers" })();
    expect(stream).toBeInstanceOf(ReadableStream);
    const reader = stream.getReader();
    await Promise.resolve();
    expect(onPull).not.toHaveBeenCalled();
    expect(await reader.read()).toEqual({ done: false, value: "0," });
    expect(onPull).toHaveBeenCalledTimes(1);
    expect(recorded.spans).toHaveLength(0);
    await reader.read();
    await reader.read();
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    expect(recorded.attributes("numbers")["output.value"]).toBe("0,1,2,");
  });

  test("runs its source as child work of the span", async () => {
    for await (const chunk of withSpan(() => numbers(child), { name: "numbers" })()) void chunk;
    expect(recorded.spans).toHaveLength(5);
    expectChildren("numbers", 4);
  });

  test("passes a cancellation on with its reason", async () => {
    const onCancel = vi.fn<(reason: unknown) => void>();
    const stream = withSpan(() => numbers(undefined, onCancel), { name: "numbers" })();
    await stream.cancel("enough");
    expect(onCancel).toHaveBeenCalledWith("enough");
    expect(recorded.one("numbers").status.code).toBe(SpanStatusCode.OK);
  });

  test("can be split with tee() and piped", async () => {
    const [left, right] = withSpan(() => numbers(), { name: "numbers" })().tee();
    expect(await Promise.all([text(left), text(right)])).toEqual(["0,1,2,", "0,1,2,"]);
    const written: string[] = [];
    await withSpan(() => numbers(), { name: "piped" })().pipeTo(
      new WritableStream({ write: (chunk: string) => void written.push(chunk) }),
    );
    expect(written).toEqual(["0,", "1,", "2,"]);
    expect(recorded.spans.map((span) => span.name)).toEqual(["numbers", "piped"]);
  });

  test("records its error and gives it on", async () => {
    const error = new Error("wire");
    const stream = withSpan(() => new ReadableStream({ pull: () => Promise.reject(error) }), {
      name: "wire",
    })();
    await expect(stream.getReader().read()).rejects.toBe(error);
    expect(recorded.one("wire").status.message).toBe("wire");
  });

  test("of bytes still fills a reader's own buffer", async () => {
    const bytes = new TextEncoder().encode("héllo");
    const source = () =>
      new ReadableStream({
        type: "bytes",
        start(controller) {
          controller.enqueue(bytes.slice());
          controller.close();
        },
      });
    const reader = withSpan(source, { name: "bytes" })().getReader({ mode: "byob" });
    const first = await reader.read(new Uint8Array(64));
    expect(new TextDecoder().decode(first.value)).toBe("héllo");
    expect((await reader.read(new Uint8Array(64))).done).toBe(true);
    expect(recorded.attributes("bytes")["output.value"]).toBe("héllo");
  });

  test("of bytes that are no text is recorded by size", async () => {
    const source = () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array([0xff, 0xfe, 0x00]));
          controller.close();
        },
      });
    for await (const chunk of withSpan(source)()) void chunk;
    expect(recorded.one().attributes["output.value"]).toBe('["[Uint8Array: 3 bytes]"]');
  });
});

describe("a Response", () => {
  test("W9: keeps status, headers and url, and ends the span with its body", async () => {
    const response = await withSpan(
      async () => {
        const original = new Response("streamed body", { status: 201, headers: { "x-id": "7" } });
        Object.defineProperty(original, "url", { value: "http://localhost/x" });
        return original;
      },
      { name: "fetch" },
    )();
    expect(response).toBeInstanceOf(Response);
    expect([response.status, response.headers.get("x-id"), response.url]).toEqual([
      201,
      "7",
      "http://localhost/x",
    ]);
    expect(recorded.spans).toHaveLength(0);
    expect(await response.text()).toBe("streamed body");
    expect(recorded.attributes("fetch")["output.value"]).toBe("streamed body");
  });

  test("can be cloned", async () => {
    const response = withSpan(() => Response.json({ a: 1 }), { name: "json" })();
    const clone = response.clone();
    expect([await response.json(), await clone.json()]).toEqual([{ a: 1 }, { a: 1 }]);
    expect(recorded.attributes("json")["output.value"]).toBe('{"a":1}');
  });

  test("without a body ends the span at once and stays the same", () => {
    const original = new Response(null, { status: 204 });
    expect(withSpan(() => original)()).toBe(original);
    expect(recorded.spans).toHaveLength(1);
  });
});

describe("a Node stream", () => {
  test("is not started, keeps its identity and ends the span when it closes", async () => {
    const stream = Readable.from(["a", "b"]);
    const traced = withSpan(() => stream, { name: "readable" })();
    expect(traced).toBe(stream);
    expect(stream.readableFlowing).toBeNull();
    expect(await text(traced)).toBe("ab");
    await vi.waitFor(
      () => expect(recorded.attributes("readable")["output.value"]).toBe("ab"),
      PATIENCE_MILLIS,
    );
  });

  test("does not swallow an error that nobody listens to", () => {
    const stream = new Readable({ read() {} });
    withSpan(() => stream)();
    expect(stream.listenerCount("error")).toBe(0);
  });
});

describe("a stream nobody reads", () => {
  test("ends its span when it is collected, and says so", async () => {
    v8.setFlagsFromString("--expose-gc");
    const collect = vm.runInNewContext("gc") as () => void;
    const open = withSpan(speak, { name: "unread" });
    (() => void open())();
    await vi.waitFor(
      () => {
        collect();
        expect(recorded.attributes("unread")).toMatchObject({ "stream.abandoned": true });
      },
      { timeout: PATIENCE_MILLIS, interval: 20 },
    );
  });

  test("ends its span after an hour without a step, not while it moves", async () => {
    driveTime();
    const generator = withSpan(speak, { name: "slow" })();
    await generator.next();
    vi.advanceTimersByTime(3_600_000);
    expect(recorded.spans.filter((span) => span.name === "slow")).toHaveLength(0);
    vi.advanceTimersByTime(3_600_000);
    expect(recorded.attributes("slow")).toMatchObject({ "stream.abandoned": true, "output.value": "Hel" });
    expect(await generator.next()).toEqual({ done: false, value: "lo" });
  });
});
