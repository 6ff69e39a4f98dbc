// Plain results that hold a stream: Bedrock's `{ stream }` and `{ body }`, and Google's `{ stream, response }`, whose promise gives the whole.
import { types } from "node:util";
import { nextTurn } from "../../real-time.ts";
import type { SpanRecorder } from "../call/span-recorder.ts";

type ObserveStream = (recorder: SpanRecorder, stream: object) => object | undefined;

interface StreamHolder {
  response?: unknown;
}

/** Where the stream is; anybody's result may have a body, the AWS SDK's have metadata beside it. */
const keyOf = (value: object): "stream" | "body" =>
  "body" in value && "$metadata" in value ? "body" : "stream";

/** Whether `value`, a plain object, holds a stream that has not been read. */
export function holdsStream(value: object): value is StreamHolder {
  // By these names first, which stand in the code: this is asked of every plain result.
  if (!("stream" in value) && !("body" in value)) return false;
  const key = keyOf(value);
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  const descriptor = Object.getOwnPropertyDescriptor(value, key);
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
  const key = keyOf(holder);
  const held = holder as Record<typeof key, object>;
  const stream = observe(recorder, held[key]);
  if (stream === undefined) return undefined;
  held[key] = stream;
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
