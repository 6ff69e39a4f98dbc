// Ends the spans of streams and lazy promises that nobody takes to their end.

/** What can be abandoned: it counts its steps, so that standing still is seen. */
export interface Abandonable {
  readonly isEnded: boolean;
  readonly steps: number;
  /** Set while it is watched. */
  deadline: NodeJS.Timeout | undefined;
  abandon(): void;
}

/** How long a stream may stand still before its span ends. */
const IDLE_MILLIS = 3_600_000;

const collected = new FinalizationRegistry<Abandonable>((recorder) => recorder.abandon());

/**
 * Abandons the recorder when `object` is collected, or when nothing happened for an hour. The recorder must not
 * hold the object, or it is never collected.
 */
export function watchAbandoned(object: object, recorder: Abandonable): void {
  if (recorder.isEnded) return;
  collected.register(object, recorder, recorder);
  if (recorder.deadline !== undefined) return;
  let stepsSeen = recorder.steps;
  recorder.deadline = setInterval(() => {
    if (recorder.steps === stepsSeen) recorder.abandon();
    stepsSeen = recorder.steps;
  }, IDLE_MILLIS);
  // A number, as timers are in jsdom, has no such method.
  (recorder.deadline as Partial<NodeJS.Timeout>).unref?.();
}

/** Forgets a recorder that ended. */
export function stopWatching(recorder: Abandonable): void {
  if (recorder.deadline === undefined) return;
  clearInterval(recorder.deadline);
  recorder.deadline = undefined;
  collected.unregister(recorder);
}
