import { expect, test } from "vitest";
import type { CollectedSpan } from "../../../src/collector/receive/decode-spans.ts";
import {
  type AssembledTrace,
  TraceAssembler,
  type TraceAssemblerOptions,
} from "../../../src/collector/trace/trace-assembler.ts";
import { recordTrace } from "../recorded-trace.ts";

/** A clock that a test moves by hand. */
class HandClock {
  #nowMillis = 0;
  readonly #timers = new Set<{ at: number; callback: () => void }>();

  readonly schedule = (callback: () => void, delayMillis: number): (() => void) => {
    const timer = { at: this.#nowMillis + delayMillis, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  advance(millis: number): void {
    this.#nowMillis += millis;
    for (const timer of this.#timers) {
      if (timer.at > this.#nowMillis) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }

  get timers(): number {
    return this.#timers.size;
  }
}

const assemble = (options: Partial<TraceAssemblerOptions> = {}) => {
  const clock = new HandClock();
  const traces: AssembledTrace[] = [];
  const assembler = new TraceAssembler({
    onTrace: (trace) => traces.push(trace),
    schedule: clock.schedule,
    ...options,
  });
  return { assembler, clock, traces, shown: () => traces.map(show) };
};

const show = ({ spans, revision }: AssembledTrace): string =>
  `${revision}: ${spans.map(({ name }) => name).join(" ")}`;

/** root > (first > inner), second; in the order in which they end: inner first second root. */
const trace = (): [CollectedSpan, CollectedSpan, CollectedSpan, CollectedSpan] => {
  const [inner, first, second, root] = recordTrace({
    name: "root",
    at: 0,
    millis: 100,
    children: [
      { name: "first", at: 1, millis: 20, children: [{ name: "inner", at: 2, millis: 3 }] },
      { name: "second", at: 30, millis: 20 },
    ],
  });
  if (inner === undefined || first === undefined || second === undefined || root === undefined) {
    throw new Error("the plan has four spans");
  }
  return [inner, first, second, root];
};

const ofTrace = (spans: readonly CollectedSpan[], traceId: string): CollectedSpan[] =>
  spans.map((span) => ({ ...span, traceId }));

test("hands a trace out once its root and all parents are in and it was quiet for 300 ms", () => {
  const { assembler, clock, shown } = assemble();
  const [inner, first, second, root] = trace();
  assembler.add([inner, first], 100);
  clock.advance(5_000);
  assembler.add([second, root], 100);
  clock.advance(299);
  expect(shown()).toEqual([]);
  clock.advance(1);
  expect(shown()).toEqual(["1: inner first second root"]);
});

test("every new span of the trace starts the quiet again, one of another trace does not", () => {
  const { assembler, clock, shown } = assemble();
  const [inner, first, second, root] = trace();
  assembler.add([first, root], 100);
  clock.advance(200);
  assembler.add([second], 100);
  clock.advance(200);
  assembler.add(ofTrace([inner, first, second, root], "other"), 100);
  expect(shown()).toEqual([]);
  clock.advance(100);
  expect(shown()).toEqual(["1: first root second"]);
});

test("waits 30 s for a parent that has not ended, then shows what is there, and all of it when it ends", () => {
  const { assembler, clock, shown } = assemble();
  const [inner, first, second, root] = trace();
  assembler.add([inner, first, second], 100);
  clock.advance(29_999);
  expect(shown()).toEqual([]);
  clock.advance(1);
  assembler.add([root], 100);
  clock.advance(300);
  expect(shown()).toEqual(["1: inner first second", "2: inner first second root"]);
});

test("waits for a parent in the middle that is missing", () => {
  const { assembler, clock, shown } = assemble();
  const [inner, first, , root] = trace();
  assembler.add([inner, root], 100);
  clock.advance(300);
  expect(shown()).toEqual([]);
  assembler.add([first], 100);
  clock.advance(300);
  expect(shown()).toEqual(["1: inner root first"]);
});

test("takes a span whose parent is in another process for a root", () => {
  const { assembler, clock, shown } = assemble();
  const [inner, first] = trace();
  assembler.add([inner, { ...first, parentIsRemote: true }], 100);
  clock.advance(300);
  expect(shown()).toEqual(["1: inner first"]);
});

test("shows a trace again, whole, when spans come late, but not for repeats", () => {
  const { assembler, clock, shown } = assemble();
  const [inner, first, second, root] = trace();
  assembler.add([first, root], 100);
  clock.advance(300);
  assembler.add([first, root], 100);
  clock.advance(60_000);
  expect(shown()).toEqual(["1: first root"]);
  assembler.add([second, inner, first], 100);
  clock.advance(300);
  expect(shown()).toEqual(["1: first root", "2: first root second inner"]);
});

test("flush hands out what waits, once, and leaves no timer", () => {
  const { assembler, clock, shown } = assemble();
  const [inner, first, second, root] = trace();
  assembler.add([inner, first], 100);
  assembler.add(ofTrace([second, root], "other"), 100);
  assembler.flush();
  assembler.flush();
  expect(shown()).toEqual(["1: inner first", "1: second root"]);
  expect(clock.timers).toBe(0);
});

test("settled resolves at once when nothing waits, else when the last trace was handed out", async () => {
  const { assembler, clock } = assemble();
  await assembler.settled();
  const spans = trace();
  assembler.add(spans, 100);
  assembler.add(ofTrace(spans, "other"), 100);
  let settled = false;
  const waiting = assembler.settled().then(() => {
    settled = true;
  });
  await Promise.resolve();
  expect(settled).toBe(false);
  clock.advance(300);
  await waiting;
  expect(settled).toBe(true);
});

test("holds no more than maxBytes: printed traces are forgotten first, then the oldest is handed out unfinished", () => {
  const { assembler, clock, shown } = assemble({ maxBytes: 24_000 });
  const [inner, first, second, root] = trace();
  assembler.add(ofTrace([inner, root], "printed"), 6_000);
  assembler.add(ofTrace([first], "printed"), 10);
  clock.advance(300);
  assembler.add(ofTrace([inner], "old"), 6_000);
  assembler.add(ofTrace([inner], "new"), 6_000);
  expect(shown()).toEqual(["1: inner root first"]);
  // Over the limit with this one: "printed" goes, which is not enough, then "old" goes, printed as it is.
  assembler.add(ofTrace([second], "new"), 6_000);
  expect(shown()).toEqual(["1: inner root first", "1: inner"]);
  // The printed trace was forgotten: its late span is a trace of its own.
  assembler.add(ofTrace([second], "printed"), 10);
  assembler.flush();
  expect(shown().slice(2)).toEqual(["1: inner second", "1: second"]);
});

test("a trace that still grows is kept longer than one that does not", () => {
  const { assembler, shown } = assemble({ maxBytes: 20_000 });
  const [inner, first, second, root] = trace();
  assembler.add(ofTrace([inner], "growing"), 6_000);
  assembler.add(ofTrace([first], "still"), 6_000);
  assembler.add(ofTrace([second], "growing"), 10);
  assembler.add(ofTrace([root], "new"), 6_500);
  expect(shown()).toEqual(["1: first"]);
});

test("memory stays bounded over many traces", () => {
  const { assembler, clock, traces } = assemble({ maxBytes: 100_000 });
  const spans = trace();
  let handedOut = 0;
  for (let index = 0; index < 2_000; index += 1) {
    assembler.add(ofTrace(spans, `trace ${index}`), 2_000);
    if (index % 10 === 0) clock.advance(300);
    handedOut += traces.splice(0).length;
  }
  // 100,000 bytes are 24 such traces: no more than that can wait.
  expect(clock.timers).toBeLessThan(25);
  assembler.flush();
  expect(handedOut + traces.length).toBe(2_000);
});
