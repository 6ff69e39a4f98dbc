import { expect, test } from "vitest";
import { TraceStore } from "../../../src/cli/page/trace-store.ts";
import { traceRow } from "../../../src/cli/page/trace-row.ts";
import { recordTrace } from "../../collector/recorded-trace.ts";

const MEGABYTE = 1024 * 1024;

/** A trace with `children` beside its root. */
const spansOf = (traceId: string, children = 0) =>
  recordTrace({
    name: traceId,
    at: 0,
    millis: 1,
    children: Array.from({ length: children }, (_, at) => ({ name: `child ${at}`, at, millis: 1 })),
  }).map((span) => ({ ...span, traceId }));

const kept = (store: TraceStore): string[] => store.traces().map(({ traceId }) => traceId);

test("keeps so many traces; one that grew goes later than one that did not", () => {
  const store = new TraceStore({ maxTraces: 3 });
  const [late, ...early] = spansOf("a", 1);
  store.add(early, 100);
  for (const id of ["b", "c"]) store.add(spansOf(id), 100);
  store.add([late!], 100);
  store.add(spansOf("d"), 100);
  expect(kept(store)).toEqual(["c", "a", "d"]);
  expect(store.find("a")?.spans.size).toBe(2);
  expect(store.find("b")).toBeUndefined();
});

test("keeps so many bytes, and the latest trace whatever it takes", () => {
  const store = new TraceStore({ maxBytes: 4 * MEGABYTE });
  for (const id of ["a", "b", "c"]) store.add(spansOf(id), 1.5 * MEGABYTE);
  expect(kept(store)).toEqual(["b", "c"]);
  store.add(spansOf("d"), 9 * MEGABYTE);
  expect(kept(store)).toEqual(["d"]);
  store.add(spansOf("e"), 100);
  expect(kept(store)).toEqual(["e"]);
});

test("a span that comes twice is one, and costs once", () => {
  const store = new TraceStore({ maxBytes: 4 * MEGABYTE });
  for (let times = 0; times < 9; times += 1) store.add(spansOf("a"), MEGABYTE);
  store.add(spansOf("b"), MEGABYTE);
  expect(kept(store)).toEqual(["a", "b"]);
  expect(store.find("a")?.spans.size).toBe(1);
});

test("a change gives another version, of the trace that grew and of the whole; another store has none of them", () => {
  const store = new TraceStore();
  store.add(spansOf("a"), 100);
  const a = store.versionOf(store.find("a")!);
  const row = traceRow(store.find("a")!);
  const whole = store.version;
  store.add(spansOf("b"), 100);
  expect(store.versionOf(store.find("a")!)).toBe(a);
  expect(traceRow(store.find("a")!)).toBe(row);
  expect(store.version).not.toBe(whole);
  store.add(spansOf("a", 1), 100);
  expect(store.versionOf(store.find("a")!)).not.toBe(a);
  expect(traceRow(store.find("a")!).spanCount).toBe(2);
  const other = new TraceStore();
  other.add(spansOf("a"), 100);
  expect(other.version).not.toBe(whole);
});
