// How long to wait after a failure.

/**
 * What kind of failure decides how patient to be:
 * - `away`: no connection, a gateway without its backend, no answer in time. Nobody is burdened by another
 *   look, one small request, so it comes every 2.4 s at the latest and delivery resumes within 3 s of the return.
 * - `full`: Phoenix answered that its queue is full and not for how long. It drains about 100 spans
 *   a second from a queue of 20,000, so a look every 5 s keeps it busy and is no burden.
 * - `failing`: the server is there and asks for patience, or breaks.
 */
export type Pace = "away" | "full" | "failing";

const FIRST_MILLIS = 1000;
const JITTER = 0.2;
const MAX_MILLIS: Record<Pace, number> = { away: 2000, full: 5000, failing: 30_000 };
const MIN_RETRY_AFTER_MILLIS = 100;
const MAX_RETRY_AFTER_MILLIS = 5 * 60_000;

/** Waits of 1 s, doubling, ±20 %, up to the pace's most (2, 5 or 30 s); {@link reset} starts over. */
export class Backoff {
  readonly #random: () => number;
  #failures = 0;

  /** @param random gives numbers from 0 up to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /**
   * Counts one more failure and gives the wait after it: the backoff's or the server's `Retry-After`,
   * whichever is longer. A `Retry-After` counts as at least 100 ms and at most 5 minutes.
   */
  next(pace: Pace, retryAfterMillis?: number): number {
    const doubled = FIRST_MILLIS * 2 ** Math.min(this.#failures++, 10);
    const jitter = 1 + JITTER * (2 * this.#random() - 1);
    const own = Math.min(MAX_MILLIS[pace], doubled) * jitter;
    if (retryAfterMillis === undefined || Number.isNaN(retryAfterMillis)) return own;
    const asked = Math.min(MAX_RETRY_AFTER_MILLIS, Math.max(MIN_RETRY_AFTER_MILLIS, retryAfterMillis));
    return Math.max(own, asked);
  }

  /** Forgets the failures. */
  reset(): void {
    this.#failures = 0;
  }
}
