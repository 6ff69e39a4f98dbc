// A kept trace as the page's list and tree show it.
import { summarizeSpan } from "../../collector/trace/span-summary.ts";
import { rangeOf } from "../../collector/trace/time-range.ts";
import type { TraceSpan } from "../../collector/trace/trace-span.ts";
import { summarizeTrace } from "../../collector/trace/trace-summary.ts";
import { arrangeTree, type TreeRow } from "../../collector/trace/trace-tree.ts";
import type { SpanRow, TraceRow } from "../../web/api.ts";
import type { KeptTrace } from "./trace-store.ts";

const NANOS_PER_MILLI = 1_000_000;
/** Most characters of an input or output in the list. */
const MAX_PREVIEW_LENGTH = 200;

const rowsByTrace = new WeakMap<KeptTrace, TraceRow>();

/** The row of a trace. The same object comes back until the trace grows. */
export function traceRow(trace: KeptTrace): TraceRow {
  const known = rowsByTrace.get(trace);
  if (known?.revision === trace.revision) return known;
  const row = readTraceRow(trace, arrangeTree([...trace.spans.values()]));
  rowsByTrace.set(trace, row);
  return row;
}

/** The spans of a trace, children below their parents. */
export function spanRows(trace: KeptTrace): SpanRow[] {
  const rows = arrangeTree([...trace.spans.values()]);
  const { range } = summarizeTrace(rows);
  const levels = new Map<TreeRow, number>();
  return rows.map((row) => {
    const { span, above, hasChildren, parentMissing } = row;
    const level = above === undefined ? 1 : (levels.get(above) ?? 0) + 1;
    levels.set(row, level);
    const { kind, model, tokens } = summarizeSpan(span);
    const { startNanos, endNanos } = rangeOf(span);
    return {
      spanId: span.spanId,
      level,
      hasChildren,
      parentMissing,
      name: span.name,
      kind,
      model: model ?? "",
      offsetMillis: toMillis(startNanos - range.startNanos),
      durationMillis: toMillis(endNanos - startNanos),
      failed: span.status.code === "ERROR",
      tokenCount: tokens?.total ?? null,
    };
  });
}

/** The first root of a trace: what was asked of the program. */
export function rootOf(trace: KeptTrace): TraceSpan | undefined {
  return arrangeTree([...trace.spans.values()])[0]?.span;
}

/** Nanoseconds as milliseconds, to what a double holds. */
export function toMillis(nanos: bigint): number {
  return Number(nanos) / NANOS_PER_MILLI;
}

function readTraceRow(trace: KeptTrace, rows: readonly TreeRow[]): TraceRow {
  const { project, range, errors, tokens, parentMissing } = summarizeTrace(rows);
  const root = rows[0] && summarizeSpan(rows[0].span);
  const sessions = rows.map(({ span }) => span.attributes["session.id"]);
  return {
    traceId: trace.traceId,
    revision: trace.revision,
    name: rows[0]?.span.name ?? "",
    kind: root?.kind ?? "",
    project,
    startMillis: toMillis(range.startNanos),
    durationMillis: toMillis(range.endNanos - range.startNanos),
    spanCount: rows.length,
    errorCount: errors,
    tokenCount: tokens,
    parentMissing,
    kinds: [...new Set(rows.map(({ span }) => summarizeSpan(span).kind))],
    sessions: [...new Set(sessions)].filter((id) => typeof id === "string").filter((id) => id !== ""),
    input: preview(root?.input),
    output: preview(root?.output),
  };
}

function preview(text: string | undefined): string {
  return (text ?? "").slice(0, MAX_PREVIEW_LENGTH);
}
