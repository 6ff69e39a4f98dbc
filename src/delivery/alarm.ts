// One timer that is set anew as often as its time changes.
import type { Timer } from "../deadline.ts";
import type { Clock } from "./clock.ts";

/** Rings once at the earliest time it was set to. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #timer: Timer | undefined;
  #atMillis = Infinity;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /** Rings at `atMillis`, or sooner when it was set so; not at all for `Infinity`. */
  set(atMillis: number, holdsProcess: boolean): void {
    if (atMillis === Infinity) {
      this.clear();
      return;
    }
    if (this.#timer === undefined || atMillis < this.#atMillis) {
      this.clear();
      this.#atMillis = atMillis;
      const delayMillis = Math.max(0, atMillis - this.#clock.now());
      this.#timer = this.#clock.setTimer(() => {
        this.clear();
        this.#ring();
      }, delayMillis);
    }
    this.#timer.hold(holdsProcess);
  }

  clear(): void {
    this.#timer?.clear();
    this.#timer = undefined;
    this.#atMillis = Infinity;
  }
}
