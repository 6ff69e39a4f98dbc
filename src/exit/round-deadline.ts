// When a round of the exit delivery is over: it moves while requests are taken.
import type { RoundBound } from "./exit-budget.ts";

/** The end of one round. All times are of the clock that `startMillis` is of. */
export class RoundDeadline {
  readonly #bound: RoundBound;
  readonly #startMillis: number;
  readonly #workerStartMillis: number;
  #endMillis: number;

  /** `workerStartMillis` is how long the worker may take to start, where that is still to happen. */
  constructor(bound: RoundBound, startMillis: number, workerStartMillis: number) {
    this.#bound = bound;
    this.#startMillis = startMillis;
    this.#workerStartMillis = bound.isPatient ? workerStartMillis : 0;
    this.#endMillis = this.#until(startMillis + bound.idleMillis, startMillis + this.#workerStartMillis);
  }

  /** When the round is over, unless something happens. */
  get endMillis(): number {
    return this.#endMillis;
  }

  /** The worker has started: a late one has some time left. */
  workerStarted(nowMillis: number): void {
    const { idleMillis } = this.#bound;
    const leftMillis = Math.min(idleMillis, this.#workerStartMillis);
    this.#endMillis = this.#until(this.#startMillis + idleMillis, nowMillis + leftMillis);
  }

  /** A request was taken. */
  accepted(nowMillis: number): void {
    this.#endMillis = this.#until(this.#endMillis, nowMillis + this.#bound.idleMillis);
  }

  #until(...millis: number[]): number {
    return Math.min(Math.max(...millis), this.#startMillis + this.#bound.totalMillis);
  }
}
