// Generators and iterators: every step runs with the span active, the last one ends it.
import { isEventStream, watchPieces } from "./event-stream.ts";
import { overlay, type Member, type Members } from "./overlay.ts";
import type { Watchers } from "./watchers.ts";

/** One step's result, read without trusting it. */
type Step = { done?: unknown; value?: unknown } | undefined | null;

const takeStep = (watchers: Watchers, step: Step): void => {
  if (typeof step !== "object" || step === null) return;
  const { value } = step;
  if (step.done === true) watchers.endStream(value);
  // A cursor's own next() gives documents, not steps.
  else if ("done" in step || "value" in step) {
    if (typeof value === "object" && value !== null && isEventStream(value)) {
      watchPieces(watchers, value);
    } else watchers.chunk(value);
  }
};

/** Takes what a step gave, at once or when its promise settles. */
function settleStep(
  take: (step: unknown) => unknown,
  refuse: (error: unknown) => never,
  step: unknown,
): unknown {
  if (step instanceof Promise) return step.then(take, refuse);
  const { then } = (step ?? {}) as { then?: unknown };
  if (typeof then === "function") return Promise.resolve(step).then(take, refuse);
  return take(step);
}

/** The members that stand in for an iterator's own. */
export function iteratorMembers(watchers: Watchers, iterator: object): Members {
  const take = (step: unknown): unknown => {
    watchers.stepEnded();
    takeStep(watchers, step as Step);
    return step;
  };
  const refuse = (error: unknown): never => {
    watchers.stepEnded();
    watchers.fail(error);
    throw error;
  };
  const replace = (original: Member): Member => {
    const step = (...args: unknown[]): unknown => Reflect.apply(original, iterator, args);
    return (...args) => {
      if (watchers.isDone) return step(...args);
      watchers.stepStarted();
      let result: unknown;
      try {
        result = watchers.run(step, ...args);
      } catch (error) {
        return refuse(error);
      }
      return settleStep(take, refuse, result);
    };
  };
  const members: Members = new Map();
  for (const name of ["next", "return", "throw"]) {
    const original = (iterator as Record<string, unknown>)[name];
    if (typeof original === "function") members.set(name, replace(original as Member));
  }
  return members;
}

/** Watches an object that is stepped through by `next()`. */
export function watchIterator(watchers: Watchers, iterator: object): object {
  return overlay(iterator, iteratorMembers(watchers, iterator));
}
