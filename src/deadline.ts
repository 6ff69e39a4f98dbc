// Timers and time limits that hold from 0 to Infinity milliseconds, and where timers are numbers (jsdom, browsers).
import { transferableAbortController } from "node:util";

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
  let timer: ReturnType<typeof setTimeout>;
  const step = (): void => {
    const stepMillis = Math.min(leftMillis, LONGEST_TIMER_MILLIS);
    leftMillis -= stepMillis;
    timer = setTimeout(() => (leftMillis > 0 ? step() : callback()), stepMillis);
    if (!isHeld) letGo(timer);
  };
  step();
  return {
    clear: () => clearTimeout(timer),
    hold(alive) {
      isHeld = alive;
      if (alive) (timer as Partial<NodeJS.Timeout>).ref?.();
      else letGo(timer);
    },
  };
}

/** Where timers are numbers nothing keeps a process alive. */
const letGo = (timer: Partial<NodeJS.Timeout> | number): void => {
  if (typeof timer === "object") timer.unref?.();
};

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
