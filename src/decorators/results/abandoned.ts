// Ends the spans of streams and lazy promises that nobody takes to their end.
import { setTimer, type Timer } from "../../deadline.ts";

/** What can be abandoned: it counts its steps, so that standing still is seen. */
export interface Abandonable {
  readonly isEnded: boolean;
  readonly steps: number;
  /** Set while it is watched. */
  deadline: Timer | undefined;
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
  const watch = (stepsSeen: number): void => {
    recorder.deadline = setTimer(() => {
      if (recorder.steps === stepsSeen) recorder.abandon();
      else watch(recorder.steps);
    }, IDLE_MILLIS);
  };
  watch(recorder.steps);
}

/** Forgets a recorder that ended. */
export function stopWatching(recorder: Abandonable): void {
  if (recorder.deadline === undefined) return;
  recorder.deadline.clear();
  recorder.deadline = undefined;
  collected.unregister(recorder);
}
