// Stretches of time: when a span ran, and when a whole trace did.
import type { TraceSpan } from "./trace-span.ts";

/** A stretch of time in nanoseconds. */
export interface TimeRange {
  readonly startNanos: bigint;
  readonly endNanos: bigint;
}

/** When a span ran; an end before the start counts as the start. */
export function rangeOf(span: Pick<TraceSpan, "startTimeNanos" | "endTimeNanos">): TimeRange {
  const { startTimeNanos: startNanos, endTimeNanos } = span;
  return { startNanos, endNanos: endTimeNanos < startNanos ? startNanos : endTimeNanos };
}

/** From the first start to the last end; empty for no ranges. */
export function coverRanges(ranges: readonly TimeRange[]): TimeRange {
  let startNanos = ranges[0]?.startNanos ?? 0n;
  let endNanos = ranges[0]?.endNanos ?? 0n;
  for (const range of ranges) {
    if (range.startNanos < startNanos) startNanos = range.startNanos;
    if (range.endNanos > endNanos) endNanos = range.endNanos;
  }
  return { startNanos, endNanos };
}
