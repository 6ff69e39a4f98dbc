// Ends 80,000 traces under a filter and prints what memory it keeps of them, in megabytes.
import { randomBytes } from "node:crypto";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { FilterStep } from "../../../src/spans/span-filter.ts";

const TRACES = 80_000;
const FILTERED = Number(process.argv[2] ?? 1);
const id = (bytes: number): string => randomBytes(bytes).toString("hex");

const span = (traceId: string, parent: string | undefined, name: string): ReadableSpan => {
  const context = { traceId, spanId: id(8), traceFlags: 1 };
  return {
    name,
    spanContext: () => context,
    parentSpanContext: parent === undefined ? undefined : { ...context, spanId: parent },
  } as unknown as ReadableSpan;
};

const collect = (): number => {
  for (let round = 0; round < 5; round++) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

const step = new FilterStep(
  (each) => each.name !== "http",
  (each) => each,
);
const before = collect();
for (let trace = 0; trace < TRACES; trace++) {
  const traceId = id(16);
  const spans = [span(traceId, undefined, "root")];
  for (let index = 0; index < FILTERED; index++) {
    spans.push(span(traceId, spans.at(-1)!.spanContext().spanId, "http"));
  }
  for (const each of spans) step.started(each);
  for (const each of spans.toReversed()) step.ended(each);
  // The registry of weak references is looked through between tasks.
  if (trace % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
}
await new Promise((resolve) => setImmediate(resolve));
const held = (collect() - before) / 1_000_000;
console.log(JSON.stringify({ megabytes: held }));
// So that it is held while it is measured.
step.started(span(id(16), undefined, "last"));
