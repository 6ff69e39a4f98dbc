// What is told of a trace as a whole: its project, when it ran, and its totals.
import { projectOf, readTokens } from "./span-summary.ts";
import { coverRanges, rangeOf, type TimeRange } from "./time-range.ts";
import type { TreeRow } from "./trace-tree.ts";

/** A trace in a few numbers. The project is as it came: not safe for a terminal yet. */
export interface TraceSummary {
  /** That of the first root; Phoenix's `default` where none is named. */
  readonly project: string;
  /** From the first start to the last end. */
  readonly range: TimeRange;
  /** How many spans ended with an error. */
  readonly errors: number;
  /** All tokens; a span's own counts stand for its descendants', which they usually repeat. */
  readonly tokens: number;
  /** Whether a span names a parent of its own process that is not there. */
  readonly parentMissing: boolean;
}

/** Sums up a trace from the rows of its tree. */
export function summarizeTrace(rows: readonly TreeRow[]): TraceSummary {
  const [first] = rows;
  return {
    project: first === undefined ? "default" : projectOf(first.span),
    range: coverRanges(rows.map(({ span }) => rangeOf(span))),
    errors: rows.filter(({ span }) => span.status.code === "ERROR").length,
    tokens: sumTokens(rows),
    parentMissing: rows.some(({ parentMissing }) => parentMissing),
  };
}

function sumTokens(rows: readonly TreeRow[]): number {
  const counted = new Set<TreeRow>();
  let sum = 0;
  for (const row of rows) {
    if (row.above !== undefined && counted.has(row.above)) {
      counted.add(row);
      continue;
    }
    const tokens = readTokens(row.span);
    if (tokens === undefined) continue;
    counted.add(row);
    sum += tokens.total;
  }
  return sum;
}
