// Native promises: one derived from it, which is settled as the original is.
import type { SpanRecorder } from "../call/span-recorder.ts";

/** What becomes of a fulfilled value: a plain one ends the span, a stream keeps it open. */
export type Settle = (recorder: SpanRecorder, value: unknown) => unknown;

/** Whether `promise` is one of the language itself. A `then` of its own, on the promise or its class, may be lazy. */
export const isNative = (promise: object): boolean =>
  Object.getPrototypeOf(promise) === Promise.prototype && !Object.hasOwn(promise, "then");

/**
 * Derives a promise that settles as `promise` does, with the properties the caller put on it. The derived one
 * takes over the duty to be handled, so an unhandled rejection stays exactly one.
 */
export function observeNativePromise(
  recorder: SpanRecorder,
  promise: Promise<unknown>,
  settle: Settle,
): Promise<unknown> {
  const derived = promise.then(
    (value) => settle(recorder, value),
    (error: unknown) => {
      recorder.fail(error);
      throw error;
    },
  );
  if (recorder.hasBarePromise) return derived;
  for (const key of Reflect.ownKeys(promise)) {
    // What the derived one has already is Node's own bookkeeping of a promise.
    if (!Object.hasOwn(derived, key)) copyMember(promise, derived, key);
  }
  return derived;
}

/**
 * Carries over what a library put on its promise. Its methods settle by the original promise: who calls one handles a
 * rejection there, and the derived promise has nobody to answer to.
 */
function copyMember(promise: Promise<unknown>, derived: Promise<unknown>, key: PropertyKey): void {
  const descriptor = Object.getOwnPropertyDescriptor(promise, key) as PropertyDescriptor;
  const method: unknown = descriptor.value;
  if (typeof method === "function" && !Object.hasOwn(method, "prototype")) {
    descriptor.value = function (this: unknown, ...args: unknown[]): unknown {
      void derived.catch(() => {});
      return Reflect.apply(method, this === derived ? promise : this, args);
    };
  }
  Reflect.defineProperty(derived, key, descriptor);
}
