// Spans of the time in which the code that delivers could not be loaded.
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { TraceFlags } from "@opentelemetry/api";
import { addStats, type DeliveryStats } from "../delivery/counters.ts";
import { say } from "../diagnostics.ts";
import type { SpanDelivery } from "./span-delivery.ts";

/** Nothing of a span can be told before it is encoded, its size neither. */
const MAX_SPANS = 2_048;

/** Keeps spans as they are, in the order in which they started and ended, until there is somebody to take them. */
export class EarlySpans {
  #seen: { readonly span: ReadableSpan; readonly hasEnded: boolean }[] = [];
  #size = 0;
  #refused = 0;
  #givenUp = 0;
  #late = 0;
  #isOver = false;

  /** Spans that ended and wait. */
  get size(): number {
    return this.#size;
  }

  spanStarted(span: ReadableSpan): void {
    if (this.#seen.length < MAX_SPANS) this.#seen.push({ span, hasEnded: false });
  }

  /** Takes a span that ended; gives whether it is one to deliver. */
  add(span: ReadableSpan): boolean {
    if (!isSampled(span)) return false;
    if (this.#isOver) this.#late++;
    else if (this.#size === MAX_SPANS) this.#refused++;
    else {
      this.#seen.push({ span, hasEnded: true });
      this.#size++;
    }
    return true;
  }

  /** Lets go of all of them, to where they are delivered. */
  handTo(delivery: Pick<SpanDelivery, "add" | "spanStarted">): void {
    const seen = this.#seen;
    this.#seen = [];
    this.#size = 0;
    for (const { span, hasEnded } of seen) {
      if (hasEnded) delivery.add(span);
      else delivery.spanStarted(span);
    }
  }

  /** For a shutdown: nobody will take them. `why` is one sentence or more. */
  giveUp(why: string): void {
    const spans = this.#size;
    this.#seen = [];
    this.#size = 0;
    this.#givenUp += spans;
    this.#isOver = true;
    if (spans === 0) return;
    const lost = spans === 1 ? "1 span was" : `${spans} spans were`;
    say({ code: "PHX318", message: `${lost} not delivered before shutdown() ended: ${why}` });
  }

  /** What became of those that were not handed over. */
  stats(): DeliveryStats {
    const none = addStats([]);
    return {
      ...none,
      emitted: this.#size + this.#refused + this.#givenUp + this.#late,
      queued: this.#size,
      dropped: {
        ...none.dropped,
        queue_full: this.#refused,
        shutdown: this.#givenUp,
        after_shutdown: this.#late,
      },
    };
  }
}

function isSampled(span: ReadableSpan): boolean {
  try {
    return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
  } catch {
    // Counted where it is read.
    return true;
  }
}
