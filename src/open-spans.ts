// The spans that wrappers have open, for the end of the process, which ends them before anything is delivered.
import { processSlot } from "./process-slot.ts";

/** A span that is open. */
export interface OpenSpan {
  /** Ends the span as one that nobody took to its end. Does not throw. */
  abandon(): void;
}

/** Calls that never end must not fill the memory: beyond this many, the oldest are no longer known here. */
const MAX_KNOWN = 10_000;

/** Shared by every loaded copy. */
const known = processSlot("open-spans", 1, () => new Set<OpenSpan>());

export function spanOpened(span: OpenSpan): void {
  if (known.size >= MAX_KNOWN) {
    for (const oldest of known) {
      known.delete(oldest);
      break;
    }
  }
  known.add(span);
}

export function spanClosed(span: OpenSpan): void {
  known.delete(span);
}

/** Ends the spans that are open, the innermost first. */
export function endOpenSpans(): void {
  for (const span of Array.from(known).toReversed()) span.abandon();
  known.clear();
}
