// Takes a delivery from pause to pause: while the process is blocked, or beside the event loop.
import type { BlockingSend, Pause } from "./blocking-send.ts";

/** A delivery that waits where it yields. */
export type Steps = Generator<Pause, void, void>;

type Waiting = Pick<BlockingSend, "wait" | "waitRunning">;

/** What is done once, where a delivery is not over by then. */
export interface Reminder {
  readonly dueMillis: number;
  /** The clock that `dueMillis` is of. */
  readonly now: () => number;
  readonly remind: () => void;
}

/** Gives the next step, after a pause in which the process is blocked. */
export function blocked(steps: Steps, pause: Pause, send: Waiting | undefined): IteratorResult<Pause, void> {
  try {
    send?.wait(pause);
  } catch (error) {
    return steps.throw(error);
  }
  return steps.next();
}

/** Takes all further steps, and lets the event loop run in the pauses. */
export async function goOn(
  steps: Steps,
  first: Pause,
  send: Waiting | undefined,
  { dueMillis, now, remind }: Reminder,
): Promise<void> {
  let isDue = true;
  let pause = first;
  for (;;) {
    const untilDueMillis = isDue ? Math.max(0, dueMillis - now()) : Infinity;
    let step: IteratorResult<Pause, void>;
    try {
      await send?.waitRunning({ ...pause, millis: Math.min(pause.millis, untilDueMillis) });
      step = steps.next();
    } catch (error) {
      step = steps.throw(error);
    }
    if (step.done) return;
    pause = step.value;
    if (!isDue || now() < dueMillis) continue;
    isDue = false;
    remind();
  }
}
