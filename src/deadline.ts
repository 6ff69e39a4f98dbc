// Timers and time limits that hold from 0 to Infinity milliseconds, and while a test has stopped the time.
import { transferableAbortController } from "node:util";
import { type RealTimer, startTimer } from "./real-time.ts";

/** A timer that was set and has not fired. */
export interface Timer {
  clear(): void;
  /** Whether the timer keeps the process alive. It does not by itself. */
  hold(alive: boolean): void;
}

/** The longest delay a timer of the platform can have; a longer one fires at once. */
export const LONGEST_TIMER_MILLIS: number = 2 ** 31 - 1;

/** Calls back once after `delayMillis`, however long that is; after `Infinity`, never. */
export function setTimer(callback: () => void, delayMillis: number): Timer {
  let leftMillis = delayMillis;
  let isHeld = false;
  let timer: RealTimer;
  const step = (): void => {
    const stepMillis = Math.min(leftMillis, LONGEST_TIMER_MILLIS);
    leftMillis -= stepMillis;
    timer = startTimer(() => (leftMillis > 0 ? step() : callback()), stepMillis);
    if (!isHeld) timer.hold(false);
  };
  step();
  return {
    clear: () => timer.clear(),
    hold(alive) {
      isHeld = alive;
      timer.hold(alive);
    },
  };
}

/** Resolves once `work` has settled, or after `timeoutMillis`. Holds the process so long. Never rejects. */
export async function within(timeoutMillis: number, work: Promise<unknown>): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimer(resolve, timeoutMillis);
    timer.hold(true);
    const settled = (): void => {
      timer.clear();
      resolve();
    };
    work.then(settled, settled);
  });
}

/** The reason an attempt was given up, with the code `ETIMEDOUT`. */
export class DeadlineExceeded extends Error {
  readonly code = "ETIMEDOUT";
}

/** Node 20 makes the class when it is first asked for, and cannot where globalThis was frozen before. */
const Controller = ((): typeof AbortController => {
  try {
    return AbortController;
  } catch {
    return transferableAbortController().constructor as typeof AbortController;
  }
})();

/**
 * Runs `attempt` with a signal that aborts after `timeoutMillis`; rejects with {@link DeadlineExceeded} then, even when
 * the attempt does not listen to the signal.
 */
export async function withDeadline<T>(
  timeoutMillis: number,
  holdsProcess: boolean,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new Controller();
  const { signal } = controller;
  const expired = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  const timer = setTimer(() => {
    controller.abort(new DeadlineExceeded(`no answer within ${timeoutMillis} ms`));
  }, timeoutMillis);
  timer.hold(holdsProcess);
  try {
    return await Promise.race([attempt(signal), expired]);
  } finally {
    timer.clear();
  }
}
