// Durations as text and as bars on a trace's time line.
import type { TimeRange } from "../trace/time-range.ts";

const NANOS_PER_MILLI = 1_000_000;

/** A duration to three digits in the unit that fits: `45 µs`, `1.24 s`, `3 m 05 s`. */
export function formatDuration(nanos: bigint): string {
  const millis = Number(nanos) / NANOS_PER_MILLI;
  if (millis < 0.9995) return `${Math.round(millis * 1000)} µs`;
  if (millis < 999.5) return `${threeDigits(millis)} ms`;
  const seconds = millis / 1000;
  if (seconds < 59.95) return `${threeDigits(seconds)} s`;
  const minutes = Math.round(seconds) / 60;
  if (minutes < 60) return `${Math.floor(minutes)} m ${twoDigits(Math.round(seconds) % 60)} s`;
  const hours = Math.round(minutes) / 60;
  return `${Math.floor(hours)} h ${twoDigits(Math.round(minutes) % 60)} m`;
}

/** A bar in three pieces that together fill the columns. */
export interface Bar {
  /** Spaces before. */
  readonly before: string;
  /** The bar, in steps of half a column, never empty. */
  readonly bar: string;
  /** Spaces after. */
  readonly after: string;
}

/** The part of `whole` that `range` takes, drawn on `columns` columns (at least 1). */
export function drawBar(range: TimeRange, whole: TimeRange, columns: number): Bar {
  const halves = columns * 2;
  const length = Number(whole.endNanos - whole.startNanos);
  const at = (nanos: bigint): number =>
    length <= 0 ? 0 : (Number(nanos - whole.startNanos) / length) * halves;
  const start = Math.min(Math.max(Math.round(at(range.startNanos)), 0), halves - 1);
  const end = length <= 0 ? halves : Math.min(Math.max(Math.round(at(range.endNanos)), start + 1), halves);
  const firstColumn = Math.floor(start / 2);
  const endColumn = Math.ceil(end / 2);
  let bar = "";
  for (let column = firstColumn; column < endColumn; column += 1) {
    const left = column * 2 >= start;
    const right = column * 2 + 1 < end;
    bar += left && right ? "━" : left ? "╸" : "╺";
  }
  return { before: " ".repeat(firstColumn), bar, after: " ".repeat(columns - endColumn) };
}

function threeDigits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
