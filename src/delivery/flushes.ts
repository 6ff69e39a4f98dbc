// Those who wait for spans to be settled, each with a deadline of its own.
import type { Timer } from "../deadline.ts";
import type { Clock } from "./clock.ts";

interface Flush {
  /** Number behind the last span waited for. */
  readonly mark: number;
  readonly startedAtMillis: number;
  /** Whether the process ends behind it. */
  readonly isLast: boolean;
  readonly deadline: Timer;
  readonly finish: () => void;
}

/** The flushes in progress. */
export class Flushes {
  readonly #clock: Clock;
  readonly #flushes = new Set<Flush>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether anybody waits. */
  get active(): boolean {
    return this.#flushes.size > 0;
  }

  /** Whether somebody waits who will end the process then. */
  get isEnding(): boolean {
    return [...this.#flushes].some(({ isLast }) => isLast);
  }

  /** Spans with a lower number than this are waited for. */
  get mark(): number {
    let mark = 0;
    for (const flush of this.#flushes) mark = Math.max(mark, flush.mark);
    return mark;
  }

  /** Resolves when all spans below `mark` are settled, or the time is over. `isLast`: the process ends behind it. */
  wait(mark: number, timeoutMillis: number, isLast: boolean): Promise<void> {
    return new Promise((resolve) => {
      const flush: Flush = {
        mark,
        isLast,
        startedAtMillis: this.#clock.now(),
        // A flush is waited for by the program: its timer keeps the process alive.
        deadline: this.#clock.setTimer(() => flush.finish(), timeoutMillis),
        finish: () => {
          flush.deadline.clear();
          this.#flushes.delete(flush);
          resolve();
        },
      };
      flush.deadline.hold(true);
      this.#flushes.add(flush);
    });
  }

  /** Ends the flushes whose spans are settled. */
  settle(oldestPending: number): void {
    for (const flush of this.#flushes) if (oldestPending >= flush.mark) flush.finish();
  }

  /** Ends the flushes begun up to `startedAtMillis`: waiting any longer will not help them. */
  giveUp(startedAtMillis: number): void {
    for (const flush of this.#flushes) {
      if (flush.startedAtMillis <= startedAtMillis) flush.finish();
    }
  }

  /** Ends the flushes behind which the process ends: a server that is away is not waited for then. */
  giveUpEnding(): void {
    for (const flush of this.#flushes) if (flush.isLast) flush.finish();
  }
}
