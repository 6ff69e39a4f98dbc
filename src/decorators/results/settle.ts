// What a traced function returned decides when its span ends, and the caller gets it as it was.
import { types } from "node:util";
import type { SpanRecorder } from "../call/span-recorder.ts";
import { holdsStream, observeHeldStream } from "./held-stream.ts";
import { watchLazyThenable } from "./lazy-thenable.ts";
import { isNative, observeNativePromise } from "./native-promise.ts";
import { isEager, observePromiseSubclass } from "./promise-subclass.ts";
import { streamingOf } from "./streams.ts";
import { watch } from "./watchers.ts";

/**
 * Ends the span of a plain value; a promise or a stream keeps the span open until it ends. Gives what the caller gets: the
 * same object, or for a native promise one derived from it. Never throws.
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

/** Observes a promise or a stream; `undefined` for a plain value. */
function observe(recorder: SpanRecorder, result: object): object | undefined {
  if (types.isPromise(result) && isNative(result)) return observeNativePromise(recorder, result, settle);
  const { then } = result as { then?: unknown };
  if (typeof then === "function") {
    // A `then` of its own may start the work: only the caller may call that one.
    return types.isPromise(result) && isEager(result, then)
      ? observePromiseSubclass(recorder, result, settle)
      : watch(recorder, result, (watchers) => watchLazyThenable(watchers, result, settle));
  }
  return observeStream(recorder, result);
}

/** Observes a stream of any kind; `undefined` for a plain value. */
export function observeStream(recorder: SpanRecorder, result: object): object | undefined {
  const streaming = streamingOf(result);
  if (streaming === undefined) {
    return holdsStream(result) ? observeHeldStream(recorder, result, observeStream) : undefined;
  }
  const observed = watch(recorder, streaming.object, streaming.change);
  // What streams may be a part of what was returned: the body of a response.
  return streaming.object === result ? observed : result;
}
