// A total time limit for one attempt, over everything the attempt does.

/** The reason an attempt was given up, with the code `ETIMEDOUT`. */
export class DeadlineExceeded extends Error {
  readonly code = "ETIMEDOUT";
}

/**
 * Runs `attempt` with a signal that aborts after `timeoutMillis`; rejects with
 * {@link DeadlineExceeded} then, even when the attempt does not listen to the signal.
 */
export async function withDeadline<T>(
  timeoutMillis: number,
  holdsProcess: boolean,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const expired = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  const timer = setTimeout(() => {
    controller.abort(new DeadlineExceeded(`no answer within ${timeoutMillis} ms`));
  }, timeoutMillis);
  if (!holdsProcess) timer.unref();
  try {
    return await Promise.race([attempt(signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}
