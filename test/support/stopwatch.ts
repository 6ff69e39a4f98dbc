// Tells how long this process worked or waited, without the time in which a busy machine did not let it run.

const TICK_MILLIS = 5;
/** Most of a tick that counts: a later one was late because something else ran. */
const MOST_MILLIS = 10;

/** A running stopwatch. */
export interface Stopwatch {
  /** Milliseconds so far: those of the wall clock on an idle machine, fewer on a busy one. */
  millis(): number;
}

/**
 * Starts a stopwatch for upper bounds on what happens in this process: a program that waits too long exceeds them
 * wherever it runs, a machine that is busy does not. For lower bounds take `performance.now()`.
 */
export function startStopwatch(): Stopwatch {
  let millis = 0;
  let lastMillis = performance.now();
  const count = (): void => {
    const nowMillis = performance.now();
    millis += Math.min(nowMillis - lastMillis, MOST_MILLIS);
    lastMillis = nowMillis;
  };
  const timer = setInterval(count, TICK_MILLIS);
  timer.unref();
  return {
    millis: () => {
      count();
      return millis;
    },
  };
}

const MOST_TURNS = 5;

/**
 * The least of several measurements, up to the first one under `bound`: where the time of another process counts, a busy
 * machine lengthens some of them, and a program that waits too long lengthens all.
 */
export async function leastMillis(bound: number, measure: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let turn = 0; turn < MOST_TURNS && least >= bound; turn++) least = Math.min(least, await measure());
  return least;
}
