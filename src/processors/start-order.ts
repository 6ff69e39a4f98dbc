// Start times by which Phoenix can sort: it shows the steps of one millisecond, which is all that OpenTelemetry's clock
// tells apart, in any order.
import type { Span } from "@opentelemetry/sdk-trace-node";
import { processSlot } from "../process-slot.ts";

/** What a span of OpenTelemetry's SDK, 1.x or 2.x, knows of its start. Its end and its events count from there. */
interface SdkSpan {
  /** Of its own making, unless its start was given. */
  readonly startTime: [seconds: number, nanos: number];
  readonly _startTimeProvided: boolean;
  /** `performance.now()` at its start. */
  readonly _performanceStartTime: number;
}

/** Times in microseconds: finer ones Phoenix does not store. */
interface Clock {
  /** What the steady clock lacks to the time of day. */
  offset: number;
  /** The last start. */
  last: number;
  /** The steady clock at that start. */
  lastSteady: number;
}

/** Shared by every loaded copy; there is a clock once a span has started. */
const slot = processSlot("start-order", 1, (): { clock: Clock | undefined } => ({ clock: undefined }));

/** The time of day tells whole milliseconds. */
const TICK = 1000;

/**
 * Moves the start of a span that starts now behind all that started before it in this process, by less than the
 * millisecond that OpenTelemetry cut off as a rule. A start that the caller gave is the caller's and stays, and so does one
 * of a span that is not the SDK's.
 */
export function orderStart(span: Span): void {
  const { startTime, _startTimeProvided, _performanceStartTime } = span as Partial<SdkSpan>;
  if (_startTimeProvided !== false || startTime === undefined || _performanceStartTime === undefined) return;
  const day = startTime[0] * 1e6 + startTime[1] / 1e3;
  // Not of a time of day that is no number, or so far away that microseconds cannot be counted.
  if (!(day < Number.MAX_SAFE_INTEGER)) return;
  const start = startOf(day, _performanceStartTime * 1e3);
  startTime[0] = Math.floor(start / 1e6);
  startTime[1] = (start % 1e6) * 1e3;
}

/** The start by the steady clock, kept within the millisecond that the time of day tells. */
function startOf(day: number, steady: number): number {
  const clock = (slot.clock ??= { offset: day - steady, last: 0, lastSteady: steady });
  let start = Math.floor(steady + clock.offset);
  if (start < day || start >= day + TICK) {
    start = start < day ? day : day + TICK - 1;
    clock.offset = start - steady;
  }
  if (start <= clock.last) {
    // The time of day was set back. It goes on at half its pace until it is caught up with.
    start = clock.last + Math.max(1, Math.floor((steady - clock.lastSteady) / 2));
  }
  clock.last = start;
  clock.lastSteady = steady;
  return start;
}
