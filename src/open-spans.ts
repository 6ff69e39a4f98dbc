// The spans that wrappers have open, for the end of the process, which ends them before anything is delivered.
import { processSlot } from "./process-slot.ts";

/** A span that is open: a link of the chain of them, so that opening and closing allocate nothing. */
export interface OpenSpan {
  /** Ends the span as one that nobody took to its end. Does not throw. */
  abandon(): void;
  /** The span opened before it; `undefined` for the oldest, and for one that is not in the chain. */
  older: OpenSpan | undefined;
  /** The span opened after it. */
  newer: OpenSpan | undefined;
}

/** Calls that never end must not fill the memory: beyond this many, the oldest are no longer known here. */
const MAX_KNOWN = 10_000;

interface Chain {
  oldest: OpenSpan | undefined;
  newest: OpenSpan | undefined;
  length: number;
}

/** Shared by every loaded copy. */
const known = processSlot("open-spans", 2, (): Chain => ({
  oldest: undefined,
  newest: undefined,
  length: 0,
}));

export function spanOpened(span: OpenSpan): void {
  if (known.length >= MAX_KNOWN && known.oldest !== undefined) spanClosed(known.oldest);
  span.older = known.newest;
  if (known.newest === undefined) known.oldest = span;
  else known.newest.newer = span;
  known.newest = span;
  known.length++;
}

export function spanClosed(span: OpenSpan): void {
  const { older, newer } = span;
  if (older === undefined && known.oldest !== span) return;
  if (older === undefined) known.oldest = newer;
  else older.newer = newer;
  if (newer === undefined) known.newest = older;
  else newer.older = older;
  span.older = undefined;
  span.newer = undefined;
  known.length--;
}

/** Ends the spans that are open, the innermost first. */
export function endOpenSpans(): void {
  for (let span = known.newest; span !== undefined; span = known.newest) {
    spanClosed(span);
    span.abandon();
  }
}
