// Eager promises of another class, which keep their class, members and identity.
import type { SpanRecorder } from "../call/span-recorder.ts";
import type { Settle } from "./native-promise.ts";
import { overlay, type Member } from "./overlay.ts";
import { watch } from "./watchers.ts";

// Read this way because it is called on promises of other classes, on purpose.
const nativeThen = Reflect.get(Promise.prototype, "then") as Member;

interface Subscription {
  /** The value consumers see: a stream may be replaced by its observed twin. */
  value: unknown;
  isFulfilled: boolean;
  isConsumed: boolean;
  /** Carries the duty to be handled until a consumer comes. */
  guards: Promise<unknown>[];
}

const subscriptions = new WeakMap<object, Subscription>();

/** Whether subscribing to `promise` starts nothing: its `then` is the language's own, or ours in its place. */
export const isEager = (promise: object, then: unknown): boolean =>
  then === nativeThen || subscriptions.has(promise);

/** Subscribes without asking the subclass to construct another of its kind. */
function subscribe(
  promise: Promise<unknown>,
  onFulfilled: (value: unknown) => void,
  onRejected: (error: unknown) => void,
): Promise<unknown> {
  const isOpen = Reflect.defineProperty(promise, "constructor", { value: Promise, configurable: true });
  try {
    return Reflect.apply(nativeThen, promise, [onFulfilled, onRejected]) as Promise<unknown>;
  } finally {
    if (isOpen) Reflect.deleteProperty(promise, "constructor");
  }
}

const handle = (promise: Promise<unknown>): void => void promise.then(undefined, () => {});

/**
 * Observes an eager promise of a subclass. Our subscription would mark a rejection as handled; it is rethrown, so it
 * stays unhandled until the caller subscribes through the promise's own `then`.
 */
export function observePromiseSubclass(
  recorder: SpanRecorder,
  promise: Promise<unknown>,
  settle: Settle,
): object {
  const isFirst = !subscriptions.has(promise);
  const state = subscriptions.get(promise) ?? {
    value: undefined,
    isFulfilled: false,
    isConsumed: false,
    guards: [],
  };
  const guard = subscribe(
    promise,
    (value) => {
      state.value = settle(recorder, state.isFulfilled ? state.value : value);
      state.isFulfilled = true;
    },
    (error) => {
      recorder.fail(error);
      if (isFirst) throw error;
    },
  );
  if (state.isConsumed) handle(guard);
  else state.guards.push(guard);
  if (!isFirst) return promise;
  subscriptions.set(promise, state);
  return watch(recorder, promise, () => overlay(promise, new Map([["then", consumer(promise, state)]])));
}

/** The promise's own `then`: whoever calls it takes over the duty to handle a rejection. */
function consumer(promise: Promise<unknown>, state: Subscription): Member {
  return (onFulfilled, onRejected) => {
    state.isConsumed = true;
    for (const guard of state.guards.splice(0)) handle(guard);
    const fulfilled = (value: unknown): unknown => {
      const seen = state.isFulfilled ? state.value : value;
      return typeof onFulfilled === "function" ? (onFulfilled as (value: unknown) => unknown)(seen) : seen;
    };
    return Reflect.apply(nativeThen, promise, [fulfilled, onRejected]);
  };
}
