// Generators and iterators: every step runs with the span active, the last one ends it.
import type { SpanRecorder } from "../call/span-recorder.ts";
import { overlay, type Member, type Members } from "./overlay.ts";
import { watch, type Watchers } from "./watchers.ts";

/** One step's result, read without trusting it. */
type Step = { done?: unknown; value?: unknown } | undefined | null;

const takeStep = (watchers: Watchers, step: Step): void => {
  if (typeof step !== "object" || step === null) return;
  if (step.done === true) watchers.endStream(step.value);
  // A cursor's own next() gives documents, not steps.
  else if ("done" in step || "value" in step) watchers.chunk(step.value);
};

/** Observes what a step gave, at once or when its promise settles. */
function observeStep(
  watchers: Watchers,
  take: (step: Step) => unknown,
  refuse: (error: unknown) => never,
  step: unknown,
): unknown {
  if (step instanceof Promise) return step.then(take as (step: unknown) => unknown, refuse);
  const { then } = (step ?? {}) as { then?: unknown };
  if (typeof then === "function")
    return Promise.resolve(step).then(take as (step: unknown) => unknown, refuse);
  return take(step as Step);
}

/** The members that stand in for an iterator's own. */
export function iteratorMembers(watchers: Watchers, iterator: object): Members {
  const take = (step: Step): Step => {
    takeStep(watchers, step);
    return step;
  };
  const refuse = (error: unknown): never => {
    watchers.fail(error);
    throw error;
  };
  const replace = (original: Member): Member => {
    const step = (...args: unknown[]): unknown => Reflect.apply(original, iterator, args);
    return (...args) => {
      if (watchers.isDone) return step(...args);
      let result: unknown;
      try {
        result = watchers.run(step, ...args);
      } catch (error) {
        return refuse(error);
      }
      return observeStep(watchers, take, refuse, result);
    };
  };
  const members: Members = new Map();
  for (const name of ["next", "return", "throw"]) {
    const original = (iterator as Record<string, unknown>)[name];
    if (typeof original === "function") members.set(name, replace(original as Member));
  }
  return members;
}

/** Observes an object that is stepped through by `next()`. */
export function observeIterator(recorder: SpanRecorder, iterator: object): object {
  return watch(recorder, iterator, (watchers) => overlay(iterator, iteratorMembers(watchers, iterator)));
}
