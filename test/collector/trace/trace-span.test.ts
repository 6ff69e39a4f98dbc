import { expect, test } from "vitest";
import { paintNothing } from "../../../src/collector/draw/paint.ts";
import { renderTrace } from "../../../src/collector/draw/render-trace.ts";
import { type AssembledTrace, TraceAssembler } from "../../../src/collector/trace/trace-assembler.ts";
import { traceToJson } from "../../../src/collector/trace/trace-json.ts";
import type { TraceSpan } from "../../../src/collector/trace/trace-span.ts";

/** A span that never was on a wire, such as a program's own. */
const span = (more: Partial<TraceSpan> & Pick<TraceSpan, "name" | "spanId">): TraceSpan => ({
  traceId: "5b8aa5a2d2c872e8321cf37308d69df2",
  parentSpanId: undefined,
  parentIsRemote: false,
  kind: "INTERNAL",
  startTimeNanos: 0n,
  endTimeNanos: 2_000_000n,
  status: { code: "OK", message: "" },
  attributes: {},
  events: [],
  links: [],
  resource: { "openinference.project.name": "at-home" },
  scope: { name: "mine", version: "" },
  ...more,
});

test("spans that never were on a wire are put together, drawn and written as JSON", () => {
  const traces: AssembledTrace[] = [];
  const assembler = new TraceAssembler({
    onTrace: (trace) => traces.push(trace),
    schedule: () => () => undefined,
  });
  assembler.add([span({ name: "inner", spanId: "02", parentSpanId: "01", kind: "CLIENT" })], 100);
  assembler.add(
    [span({ name: "outer", spanId: "01", attributes: { "openinference.span.kind": "CHAIN" } })],
    100,
  );
  assembler.flush();

  const [trace] = traces;
  if (trace === undefined) throw new Error("no trace was handed out");
  const drawn = renderTrace(trace, { width: 60, paint: paintNothing });
  expect(drawn).toMatch(/^at-home {2}5b8aa5a2d2c872e8321cf37308d69df2/);
  expect(drawn).toMatch(/CHAIN outer .*\n└─ CLIENT inner /);
  const written = JSON.parse(traceToJson(trace)) as { spans: { name: string; kind: string }[] };
  expect(written.spans.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["CHAIN outer", "CLIENT inner"]);
});
