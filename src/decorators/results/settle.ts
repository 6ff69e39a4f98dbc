// What a traced function returned decides when its span ends, and the caller gets it as it was.
import { types } from "node:util";
import type { SpanRecorder } from "../call/span-recorder.ts";
import { isAiSdkResult, observeAiSdkResult } from "./ai-sdk-result.ts";
import { observeAsyncIterable } from "./async-iterable.ts";
import { isEventStream, observeEventStream } from "./event-stream.ts";
import { holdsStream, observeHeldStream } from "./held-stream.ts";
import { observeIterator } from "./iterator.ts";
import { observeLazyThenable } from "./lazy-thenable.ts";
import { observeNativePromise } from "./native-promise.ts";
import { isNodeStream, observeNodeStream } from "./node-stream.ts";
import { isEager, observePromiseSubclass } from "./promise-subclass.ts";
import { observeReadableStream } from "./readable-stream.ts";
import { observeResponse } from "./response.ts";

/**
 * Ends the span of a plain value; a promise or a stream keeps the span open until it ends. Gives what the caller gets: the
 * same object, or for native promises, web streams and responses one derived from it. Never throws.
 */
export function settle(recorder: SpanRecorder, result: unknown): unknown {
  if (typeof result === "object" && result !== null) {
    try {
      const observed = observe(recorder, result);
      if (observed !== undefined) return observed;
    } catch {
      // An object that cannot be looked at is recorded as far as it can be.
    }
  }
  recorder.succeed(result);
  return result;
}

/** A `then` of its own, on the promise or its class, may be lazy. */
const isNative = (promise: object): boolean =>
  Object.getPrototypeOf(promise) === Promise.prototype && !Object.hasOwn(promise, "then");

/** Observes a promise or a stream; `undefined` for a plain value. */
function observe(recorder: SpanRecorder, result: object): object | undefined {
  if (types.isPromise(result) && isNative(result)) return observeNativePromise(recorder, result, settle);
  const { then } = result as { then?: unknown };
  if (typeof then === "function") {
    // A `then` of its own may start the work: only the caller may call that one.
    return types.isPromise(result) && isEager(result, then)
      ? observePromiseSubclass(recorder, result, settle)
      : observeLazyThenable(recorder, result, settle);
  }
  return observeStream(recorder, result);
}

/** Observes a stream of any kind; `undefined` for a plain value. */
export function observeStream(recorder: SpanRecorder, result: object): object | undefined {
  if (Array.isArray(result)) return undefined;
  if (types.isGeneratorObject(result)) return observeIterator(recorder, result);
  const prototype: unknown = Object.getPrototypeOf(result);
  const isPlain = prototype === Object.prototype || prototype === null;
  if (!isPlain) {
    if (result instanceof ReadableStream) {
      return result.locked ? undefined : observeReadableStream(recorder, result);
    }
    if (result instanceof Response) return observeResponse(recorder, result);
    if (isEventStream(result)) return observeEventStream(recorder, result);
    if (isAiSdkResult(result)) return observeAiSdkResult(recorder, result);
    if (isNodeStream(result)) return observeNodeStream(recorder, result);
  }
  if (isPlain && holdsStream(result)) return observeHeldStream(recorder, result, observeStream);
  const members = result as { [Symbol.asyncIterator]?: unknown; [Symbol.iterator]?: unknown; next?: unknown };
  if (typeof members[Symbol.asyncIterator] === "function") return observeAsyncIterable(recorder, result);
  if (typeof members.next === "function" && typeof members[Symbol.iterator] === "function") {
    return observeIterator(recorder, result);
  }
  return undefined;
}
