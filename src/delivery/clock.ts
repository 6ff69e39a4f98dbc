// Time as a parameter: the real one, and what a test needs to give instead.

/** A timer that was set and has not fired. */
export interface Timer {
  clear(): void;
  /** Whether the timer keeps the process alive. */
  hold(alive: boolean): void;
}

/** The time, and timers. */
export interface Clock {
  /** Milliseconds; only differences count. */
  now(): number;
  /** Calls back once after `delayMillis`. The timer does not keep the process alive. */
  setTimer(callback: () => void, delayMillis: number): Timer;
}

/** The clock of the process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(callback, delayMillis) {
    const timer = setTimeout(callback, delayMillis);
    timer.unref();
    return {
      clear: () => clearTimeout(timer),
      hold: (alive) => void (alive ? timer.ref() : timer.unref()),
    };
  },
};
