import { afterEach, expect, test } from "vitest";
import { flushOnExit } from "../../src/exit/flush-on-exit.ts";
import type * as ExitFlush from "../../src/exit/flush-on-exit.ts";
import type { ExitSource } from "../../src/exit/exit-sources.ts";

const NAMES = ["beforeExit", "exit", "SIGTERM", "SIGINT"];
const listeners = (): number[] => NAMES.map((name) => process.listenerCount(name));
const before = listeners();
const plus = (count: number): number[] => before.map((had) => had + count);

const undos: (() => void)[] = [];
afterEach(() => {
  for (const undo of undos.splice(0)) undo();
});

const source = (): ExitSource => ({
  pendingSpans: () => 0,
  settledSpans: () => 0,
  flush: () => Promise.resolve(),
  takeForExit: () => ({ requests: [], routes: [], knownAway: false }),
  settleExit: () => false,
  explainPending: () => "",
});

test("several sources share one listener of each kind", () => {
  undos.push(flushOnExit(source()), flushOnExit(source()));
  expect(listeners()).toEqual(plus(1));
});

test("taking back the last source, and only the last, removes every listener", () => {
  const first = flushOnExit(source());
  const second = flushOnExit(source());
  first();
  expect(listeners()).toEqual(plus(1));
  second();
  expect(listeners()).toEqual(before);
});

test("taking back twice does no harm, and listening again works", () => {
  const undo = flushOnExit(source());
  undo();
  undo();
  undos.push(flushOnExit(source()));
  expect(listeners()).toEqual(plus(1));
});

test("two loaded copies of the package share the listeners", async () => {
  const url = "../../src/exit/flush-on-exit.ts?copy";
  const copy = (await import(url)) as typeof ExitFlush;
  expect(copy.flushOnExit).not.toBe(flushOnExit);
  const first = flushOnExit(source());
  const second = copy.flushOnExit(source());
  expect(listeners()).toEqual(plus(1));
  first();
  second();
  expect(listeners()).toEqual(before);
});
