// Steps that follow each other within a millisecond have starts by which they can be sorted.
import { context, ROOT_CONTEXT, trace, type HrTime } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { BasicTracerProvider as BasicTracerProvider1 } from "sdk-trace-base-1";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BatchSpanProcessor, register, traceChain, TracerProvider } from "../../src/index.ts";
import { useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  vi.useRealTimers();
  await receiver.stop();
});

/** Phoenix stores microseconds. */
const micros = ([seconds, nanos]: HrTime): number => seconds * 1e6 + Math.floor(nanos / 1e3);

/** Whether each is later than the one before it. */
function expectRising(starts: readonly number[]): void {
  const falls = starts.flatMap((start, index) => (index > 0 && start <= starts[index - 1]! ? [index] : []));
  expect(falls).toEqual([]);
}

/** The spans of a provider of ours, as others in it see them, in the order in which they end. */
function ours(): { provider: TracerProvider; ended: () => ReadableSpan[] } {
  const others = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor(others)] });
  return { provider, ended: () => others.getFinishedSpans() };
}

const durationOf = ({ duration: [seconds, nanos] }: ReadableSpan): number => seconds * 1e6 + nanos / 1e3;

describe("spans that start one after the other", () => {
  it("never have the same start: plain, active, wrapped and nested, of two providers", async () => {
    const provider = register({ endpoint: receiver.httpUrl });
    const second = new TracerProvider({ endpoint: receiver.httpUrl });
    const step = traceChain((at: number) => at, { name: "wrapped" });
    const order: string[] = [];
    for (let at = 0; at < 300; at++) {
      for (const tracer of [provider.getTracer("a"), second.getTracer("b"), trace.getTracer("c")]) {
        const span = tracer.startSpan(`plain ${order.length}`);
        order.push(span.spanContext().spanId);
        span.end();
        tracer.startActiveSpan("active", (active) => {
          order.push(active.spanContext().spanId);
          const inner = tracer.startSpan("inner", {}, trace.setSpan(ROOT_CONTEXT, active));
          order.push(inner.spanContext().spanId);
          inner.end();
          active.end();
        });
      }
      step(at);
    }
    await provider.forceFlush();
    await second.shutdown();
    const starts = new Map(receiver.spans.map(({ spanId, startTimeNanos }) => [spanId, startTimeNanos]));
    expect(receiver.spans).toHaveLength(300 * 10);
    expectRising(order.map((id) => Number(starts.get(id)! / 1000n)));
    const wrapped = receiver.spans.filter(({ name }) => name === "wrapped");
    expect(wrapped).toHaveLength(300);
  });

  it.each([
    ["OpenTelemetry 2.x", () => new NodeTracerProvider({ spanProcessors: [processor()] })],
    [
      "OpenTelemetry 1.x",
      () => {
        const provider = new BasicTracerProvider1();
        provider.addSpanProcessor(processor() as never);
        return provider;
      },
    ],
  ])("never in a provider of %s either", async (_, create) => {
    const provider = create();
    for (let at = 0; at < 500; at++) provider.getTracer("a").startSpan(`step ${at}`).end();
    await provider.forceFlush();
    await provider.shutdown();
    expectRising(receiver.spans.map(({ startTimeNanos }) => Number(startTimeNanos / 1000n)));
    expect(receiver.spans).toHaveLength(500);
  });

  const processor = (): BatchSpanProcessor => new BatchSpanProcessor({ endpoint: receiver.httpUrl });

  it("are inside the span around them, which ends last", () => {
    const { provider, ended } = ours();
    const tracer = provider.getTracer("a");
    for (let at = 0; at < 200; at++) {
      const root = tracer.startSpan("root");
      const child = tracer.startSpan("child", {}, trace.setSpan(context.active(), root));
      child.addEvent("inside");
      child.end();
      root.end();
    }
    const spans = ended();
    for (let at = 0; at < spans.length; at += 2) {
      const [child, root] = [spans[at]!, spans[at + 1]!];
      expect(micros(child.startTime)).toBeGreaterThan(micros(root.startTime));
      expect(micros(child.events[0]!.time)).toBeGreaterThanOrEqual(micros(child.startTime));
      // Within what two readings of the steady clock may differ by after rounding.
      expect(micros(child.endTime)).toBeLessThanOrEqual(micros(root.endTime) + 1000);
    }
  });

  it("start when the clock says so, to the millisecond", () => {
    const { provider, ended } = ours();
    const before = Date.now();
    provider.getTracer("a").startSpan("now").end();
    const start = micros(ended()[0]!.startTime) / 1000;
    expect(start).toBeGreaterThanOrEqual(before);
    expect(start).toBeLessThan(Date.now() + 1);
  });
});

describe("a start that the caller gave", () => {
  it("stays, and moves no other", () => {
    const { provider, ended } = ours();
    const tracer = provider.getTracer("a");
    const hrTime: HrTime = [1_700_000_000, 123_456_789];
    const far = new Date("2100-01-01");
    for (const startTime of [hrTime, far, 1_600_000_000_000.5, Date.now(), performance.now()]) {
      tracer.startSpan("given", { startTime }).end();
    }
    tracer.startSpan("ours").end();
    const [first, second, third, fourth, , last] = ended();
    expect(first?.startTime).toBe(hrTime);
    expect(hrTime).toEqual([1_700_000_000, 123_456_789]);
    expect(second?.startTime).toEqual([far.getTime() / 1000, 0]);
    expect(third?.startTime).toEqual([1_600_000_000, 500_000]);
    expect(micros(fourth!.startTime) % 1000).toBe(0);
    expect(micros(last!.startTime)).toBeLessThan(far.getTime() * 1000);
  });
});

describe("a clock that is set", () => {
  const NOON = Date.UTC(2031, 0, 1, 12);
  const HOUR = 3_600_000;

  /** A time of day that can be set, and a steady clock beside it. */
  function clocks(day: number): { pass: (millis: number) => void; set: (day: number) => void } {
    let steady = 1000;
    vi.useFakeTimers({ now: day, toFake: ["Date"] });
    vi.spyOn(performance, "now").mockImplementation(() => steady);
    return {
      pass: (millis) => {
        steady += millis;
        vi.setSystemTime(Date.now() + millis);
      },
      set: (to) => vi.setSystemTime(to),
    };
  }

  it.each([1, 5000, HOUR, 400 * 24 * HOUR])(
    "back by %d ms makes no start fall and no span negative",
    (back) => {
      const { pass, set } = clocks(NOON);
      const { provider, ended } = ours();
      const tracer = provider.getTracer("a");
      const open = tracer.startSpan("open");
      for (let at = 0; at < 51; at++) {
        const span = tracer.startSpan("step");
        pass(2);
        span.end();
        if (at === 0) set(Date.now() - back);
      }
      open.end();
      const given = tracer.startSpan("given", { startTime: Date.now() });
      set(Date.now() - back);
      given.end();
      const spans = ended();
      expectRising(spans.slice(0, 51).map(({ startTime }) => micros(startTime)));
      expect(spans.map(durationOf)).toEqual([...Array.from({ length: 51 }, () => 2000), 102_000, 0]);
    },
  );

  it("back is caught up with after twice the time", () => {
    const { pass, set } = clocks(NOON);
    const { provider, ended } = ours();
    const step = (): number => {
      provider.getTracer("a").startSpan("step").end();
      return micros(ended().at(-1)!.startTime);
    };
    step();
    set(NOON - 60_000);
    for (let at = 0; at < 11; at++) {
      pass(10_000);
      expect(step()).toBeGreaterThan(Date.now() * 1000);
    }
    pass(10_000);
    step();
    pass(10_000);
    expect(Math.floor(step() / 1000)).toBe(Date.now());
    expectRising(ended().map(({ startTime }) => micros(startTime)));
  });

  it("forward is followed", () => {
    const { pass, set } = clocks(NOON);
    const { provider, ended } = ours();
    provider.getTracer("a").startSpan("step").end();
    set(NOON + HOUR);
    pass(5);
    provider.getTracer("a").startSpan("step").end();
    const [first, second] = ended();
    expect(micros(second!.startTime) - micros(first!.startTime)).toBe((HOUR + 5) * 1000);
  });

  it("to what is no time costs a span its order at most", () => {
    const { provider, ended } = ours();
    const tracer = provider.getTracer("a");
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.spyOn(Date, "now").mockReturnValueOnce(Number.NaN).mockReturnValueOnce(8.64e15);
    tracer.startSpan("odd").end();
    tracer.startSpan("far").end();
    vi.restoreAllMocks();
    vi.useRealTimers();
    tracer.startSpan("plain").end();
    tracer.startSpan("next").end();
    const [, , plain, next] = ended();
    expect(micros(plain!.startTime)).toBeLessThan(Number.MAX_SAFE_INTEGER);
    expectRising([micros(plain!.startTime), micros(next!.startTime)]);
  });
});
