// Plain results that hold a stream: Bedrock's `{ stream }`, and Google's `{ stream, response }`, whose promise gives the whole.
import { types } from "node:util";
import { nextTurn } from "../../real-time.ts";
import type { SpanRecorder } from "../call/span-recorder.ts";

type ObserveStream = (recorder: SpanRecorder, stream: object) => object | undefined;

interface StreamHolder {
  stream: object;
  response?: unknown;
}

/** Whether `value`, a plain object, holds a stream that has not been read. */
export function holdsStream(value: object): value is StreamHolder {
  if (!("stream" in value) || Object.getPrototypeOf(value) !== Object.prototype) return false;
  const descriptor = Object.getOwnPropertyDescriptor(value, "stream");
  const stream: unknown = descriptor?.value;
  if (descriptor?.writable !== true || typeof stream !== "object" || stream === null) return false;
  return Symbol.asyncIterator in stream;
}

/** Ends the span with the stream, or with the promise of the whole where nobody reads the stream. */
export function observeHeldStream(
  recorder: SpanRecorder,
  holder: StreamHolder,
  observe: ObserveStream,
): object | undefined {
  const stream = observe(recorder, holder.stream);
  if (stream === undefined) return undefined;
  holder.stream = stream;
  const { response } = holder;
  if (types.isPromise(response) && Object.getOwnPropertyDescriptor(holder, "response")?.writable === true) {
    holder.response = response.then(
      (whole) => {
        // Who reads the stream has begun by then.
        nextTurn(() => {
          if (recorder.steps === 0) recorder.succeed(whole);
        });
        return whole;
      },
      (error: unknown) => {
        recorder.fail(error);
        throw error;
      },
    );
  }
  return holder;
}
