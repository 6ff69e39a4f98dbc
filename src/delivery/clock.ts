// Time as a parameter: the real one, and what a test needs to give instead.
import { setTimer, type Timer } from "../deadline.ts";
import { nowMillis } from "../real-time.ts";

/** The time, and timers. */
export interface Clock {
  /** Milliseconds; only differences count. */
  now(): number;
  /** Calls back once after `delayMillis`. The timer does not keep the process alive. */
  setTimer(callback: () => void, delayMillis: number): Timer;
}

/** The clock of the process. */
export const systemClock: Clock = {
  now: nowMillis,
  setTimer,
};
