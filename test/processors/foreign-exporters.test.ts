// Span exporters of somebody else behind our processors, with all the manners that exporters have.
import { context, createContextKey, type Context } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it, vi } from "vitest";
import { BatchSpanProcessor, PROJECT_NAME, SimpleSpanProcessor } from "../../src/index.ts";
import { altered, endedSpan, endedSpansOf1, fail, revoked } from "../spans/ended-spans.ts";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";
import { startOtlpReceiver } from "../support/otlp-receiver.ts";
import { driveTime, releaseTime } from "../support/driven-time.ts";

useFreshProcess();
afterEach(() => {
  releaseTime();
});

type Done = Parameters<SpanExporter["export"]>[1];
type Result = Parameters<Done>[0];

const TAKEN: Result = { code: 0 };
const FAILED: Result = { code: 1, error: new Error("not now") };

/** Keeps each call open until the test answers it, and notes how many are open at once. */
class HeldExporter implements SpanExporter {
  readonly calls: { readonly names: string[]; readonly done: Done }[] = [];
  open = 0;
  mostOpen = 0;

  export(spans: ReadableSpan[], done: Done): void {
    this.mostOpen = Math.max(this.mostOpen, ++this.open);
    const names = spans.map(({ name }) => name);
    let isOpen = true;
    this.calls.push({
      names,
      done: (result) => {
        if (isOpen) this.open--;
        isOpen = false;
        done(result);
      },
    });
  }

  async shutdown(): Promise<void> {
    // Nothing to close.
  }
}

const exporterOf = (exportSpans: SpanExporter["export"]): SpanExporter => ({
  export: exportSpans,
  shutdown: async () => undefined,
});

describe("SimpleSpanProcessor", () => {
  it("exports inside end(), each span at once", () => {
    const names: string[] = [];
    const exporter = exporterOf((spans, done) => {
      names.push(...spans.map(({ name }) => name));
      done(TAKEN);
    });
    const processor = new SimpleSpanProcessor(exporter);
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer("test");
    for (const name of ["a", "b", "c"]) {
      tracer.startSpan(name).end();
      expect(names.at(-1)).toBe(name);
    }
    expect(processor.stats()).toMatchObject({
      emitted: 3,
      delivered: 3,
      queued: 0,
      inFlight: 0,
      heldBytes: 0,
    });
  });

  it("exports what ended while a call was open in one go, when that calls back", async () => {
    const exporter = new HeldExporter();
    const processor = new SimpleSpanProcessor({ exporter });
    for (const name of ["a", "b", "c"]) processor.onEnd(endedSpan(name));
    expect(exporter.calls.map(({ names }) => names)).toEqual([["a"]]);
    exporter.calls[0]!.done(TAKEN);
    await vi.waitFor(() => expect(exporter.calls.map(({ names }) => names)).toEqual([["a"], ["b", "c"]]));
    exporter.calls[1]!.done(TAKEN);
    await processor.flush();
    expect(processor.stats().delivered).toBe(3);
  });

  it("waits with a span whose resource is not complete", async () => {
    const exporter = new InMemorySpanExporter();
    const processor = new SimpleSpanProcessor({ exporter, projectName: "late" });
    let find = (_region: string): void => undefined;
    const region = new Promise<string>((resolve) => (find = resolve));
    const resource = resourceFromAttributes({ region });
    const tracer = new BasicTracerProvider({ resource, spanProcessors: [processor] }).getTracer("test");
    tracer.startSpan("span").end();
    expect(exporter.getFinishedSpans()).toEqual([]);
    find("eu-north-1");
    await processor.flush();
    expect(exporter.getFinishedSpans()[0]?.resource.attributes).toEqual({
      region: "eu-north-1",
      [PROJECT_NAME]: "late",
    });
  });

  it("is not led astray by an exporter that ends spans itself", async () => {
    const names: string[] = [];
    const processor = new SimpleSpanProcessor(
      exporterOf((spans, done) => {
        if (names.length === 0) processor.onEnd(endedSpan("inner"));
        names.push(...spans.map(({ name }) => name));
        done(TAKEN);
      }),
    );
    processor.onEnd(endedSpan("outer"));
    expect(names).toEqual(["outer", "inner"]);
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ emitted: 2, delivered: 2 });
  });
});

describe.each([
  ["BatchSpanProcessor", BatchSpanProcessor],
  ["SimpleSpanProcessor", SimpleSpanProcessor],
] as const)("%s with an exporter of somebody else", (_name, Processor) => {
  it("exports where nothing is traced", async () => {
    const seen: Context[] = [];
    let made = 0;
    const processor = new Processor({
      exporter: exporterOf((_spans, done) => {
        seen.push(context.active());
        if (made++ < 5) tracer.startSpan("of the exporter").end();
        done(TAKEN);
      }),
    });
    const provider = new NodeTracerProvider({ spanProcessors: [processor] });
    provider.register();
    const tracer = provider.getTracer("test");
    tracer.startActiveSpan("span", (span) => span.end());
    await processor.flush();
    await processor.flush();
    expect(made).toBe(1);
    const suppress = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");
    expect(seen.map((each) => each.getValue(suppress))).toEqual([true]);
  });

  it("never has two calls open, while spans end and flushes come", async () => {
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter, maxQueueSize: 100 });
    const flushes: Promise<unknown>[] = [];
    for (let index = 0; index < 10; index++) {
      processor.onEnd(endedSpan(`span ${index}`));
      flushes.push(processor.flush());
      await vi.waitFor(() => expect(exporter.open).toBe(1));
      if (index % 3 === 2) exporter.calls.at(-1)!.done(TAKEN);
    }
    const answered = vi.waitFor(() => {
      if (exporter.open > 0) exporter.calls.at(-1)!.done(TAKEN);
      expect(processor.stats().delivered).toBe(10);
    }, 5_000);
    await Promise.all([answered, ...flushes]);
    expect(exporter.mostOpen).toBe(1);
    expect(exporter.calls.flatMap(({ names }) => names)).toHaveLength(10);
  });

  it.each([
    ["exports nothing twice", TAKEN, [["a"], ["b"]]],
    ["exports the same again", FAILED, [["a"], ["a", "b"]]],
  ])("waits for a call that outlived its deadline, and %s", async (_, late, expected) => {
    collectLines();
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter, exportTimeoutMillis: 20 });
    processor.onEnd(endedSpan("a"));
    expect(await processor.flush(100)).toMatchObject({ delivered: 0, pending: 1 });
    processor.onEnd(endedSpan("b"));
    expect(await processor.flush(100)).toMatchObject({ delivered: 0, pending: 2 });
    expect(exporter.calls).toHaveLength(1);
    exporter.calls[0]!.done(late);
    await vi.waitFor(() => {
      if (exporter.open > 0) exporter.calls.at(-1)!.done(TAKEN);
      expect(processor.stats().delivered).toBe(2);
    }, 10_000);
    expect(exporter.mostOpen).toBe(1);
    expect(
      exporter.calls
        .map(({ names }) => names)
        .flat()
        .toSorted(),
    ).toEqual(expected.flat().toSorted());
  });

  it("keeps the bounds of flush and shutdown for one that never calls back, and says what is left", async () => {
    const lines = collectLines();
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter, exportTimeoutMillis: 20 });
    for (const name of ["a", "b"]) processor.onEnd(endedSpan(name));
    expect(await processor.flush(50)).toMatchObject({ delivered: 0, pending: 2 });
    driveTime();
    try {
      const over = processor.shutdown();
      await vi.advanceTimersByTimeAsync(10_000);
      await over;
    } finally {
      releaseTime();
    }
    expect(exporter.mostOpen).toBe(1);
    expect(processor.stats()).toMatchObject({ emitted: 2, delivered: 0, dropped: { shutdown: 2 } });
    expect(lines.at(-1)).toMatch(/^PHX318 2 spans .*HeldExporter \(from option exporter\)/);
  });

  it("counts once what calls back twice, and takes no second word for the end of a later call", async () => {
    const exporter = new HeldExporter();
    const processor = new Processor({ exporter });
    processor.onEnd(endedSpan("a"));
    const first = processor.flush();
    await vi.waitFor(() => expect(exporter.calls).toHaveLength(1));
    for (const result of [TAKEN, FAILED, TAKEN]) exporter.calls[0]!.done(result);
    await first;
    processor.onEnd(endedSpan("b"));
    const second = processor.flush();
    await vi.waitFor(() => expect(exporter.calls).toHaveLength(2));
    exporter.calls[0]!.done(TAKEN);
    processor.onEnd(endedSpan("c"));
    const third = processor.flush();
    expect(exporter.mostOpen).toBe(1);
    exporter.calls[1]!.done(TAKEN);
    await second;
    await vi.waitFor(() => expect(exporter.calls).toHaveLength(3));
    exporter.calls[2]!.done(TAKEN);
    await third;
    expect(processor.stats()).toMatchObject({ emitted: 3, delivered: 3 });
  });

  it.each<[string, SpanExporter["export"]]>([
    ["throws", fail],
    [
      "throws nothing that is an error",
      () => {
        throw undefined as unknown as Error;
      },
    ],
    [
      "throws what cannot be read",
      () => {
        throw revoked() as Error;
      },
    ],
    ["rejects with what cannot be read", () => Promise.reject(revoked())],
    ["rejects, as an async function", async () => fail()],
    ["gives no result", (_, done) => done(undefined as unknown as Result)],
    ["gives a result that cannot be read", (_, done) => done(revoked())],
    ["gives an error that cannot be read", (_, done) => done({ code: 1, error: revoked() })],
  ])("tries again with one that %s", async (_, failing) => {
    collectLines();
    driveTime(["performance"]);
    const names: string[] = [];
    let calls = 0;
    const processor = new Processor({
      exporter: exporterOf((spans, done) => {
        if (calls++ === 0) return failing(spans, done);
        names.push(...spans.map(({ name }) => name));
        done(TAKEN);
      }),
    });
    processor.onEnd(endedSpan("kept"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(names).toEqual(["kept"]);
    expect(processor.stats()).toMatchObject({ emitted: 1, delivered: 1 });
  });

  it("takes the word of one that calls back and then throws", async () => {
    let calls = 0;
    const processor = new Processor({
      exporter: exporterOf((_spans, done) => {
        calls++;
        done(TAKEN);
        fail();
      }),
    });
    processor.onEnd(endedSpan());
    await processor.flush();
    expect([calls, processor.stats().delivered]).toEqual([1, 1]);
  });

  it.each([
    [
      "has no prototype",
      (exporter: SpanExporter) => Object.assign(Object.create(null) as SpanExporter, exporter),
    ],
    [
      "has an unreadable constructor",
      (exporter: SpanExporter) => Object.defineProperty({ ...exporter }, "constructor", { get: fail }),
    ],
  ])("takes one that %s", async (_, make) => {
    const names: string[] = [];
    const exporter = exporterOf((spans, done) => {
      names.push(...spans.map(({ name }) => name));
      done(TAKEN);
    });
    const processor = new Processor({ exporter: make(exporter) });
    processor.onEnd(endedSpan("taken"));
    await processor.flush();
    await processor.shutdown();
    expect(names).toEqual(["taken"]);
  });

  it("gives it whole spans, of whatever making", async () => {
    const receiver = await startOtlpReceiver();
    try {
      const exporter = new OTLPTraceExporter({ url: `${receiver.httpUrl}/v1/traces` });
      const processor = new Processor({ exporter, projectName: "theirs" });
      for (const span of endedSpansOf1((tracer) => tracer.startSpan("of 1.x").end())) processor.onEnd(span);
      const attributes = {
        kept: "a",
        get broken() {
          return fail();
        },
      };
      processor.onEnd(
        altered(endedSpan("broken"), { attributes, events: revoked(), resource: undefined }, "links"),
      );
      processor.onEnd(endedSpan("good"));
      await processor.flush();
      expect(receiver.spans.map(({ name }) => name).toSorted()).toEqual(["broken", "good", "of 1.x"]);
      expect(receiver.spans.map(({ resource }) => resource[PROJECT_NAME])).toEqual([
        "theirs",
        "theirs",
        "theirs",
      ]);
      expect(receiver.spans.find(({ name }) => name === "broken")?.attributes).toMatchObject({ kept: "a" });
      await processor.shutdown();
    } finally {
      await receiver.stop();
    }
  });

  it("flushes it at shutdown and leaves it open: it is the program's", async () => {
    const calls: string[] = [];
    const exporter: SpanExporter = {
      export: (_, done) => done(TAKEN),
      forceFlush: async () => void calls.push("forceFlush"),
      shutdown: async () => void calls.push("shutdown"),
    };
    const processor = new Processor({ exporter });
    processor.onEnd(endedSpan("taken"));
    await processor.shutdown();
    expect(calls).toEqual(["forceFlush"]);
  });

  it("leaves the live span to others as it was", async () => {
    const exporter = new InMemorySpanExporter();
    const processor = new Processor({ exporter, projectName: "theirs" });
    const live = endedSpan();
    const { resource } = live;
    processor.onEnd(live);
    await processor.flush();
    expect(exporter.getFinishedSpans()[0]?.resource.attributes[PROJECT_NAME]).toBe("theirs");
    expect(live.resource).toBe(resource);
    expect(resource.attributes[PROJECT_NAME]).toBeUndefined();
  });
});
