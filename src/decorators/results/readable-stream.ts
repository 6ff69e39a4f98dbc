// Web streams: a stream of the same kind that reads the original when it is read itself.
import { context } from "@opentelemetry/api";
import { watchAbandoned } from "./abandoned.ts";
import type { SpanRecorder } from "../call/span-recorder.ts";

/** Whether the stream can give its bytes into a reader's own buffer. */
function isByteStream(stream: ReadableStream): boolean {
  try {
    stream.getReader({ mode: "byob" }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

/** Chunks as the span sees them; the AI SDK's base stream wraps its parts. */
export type ReadChunk = (chunk: unknown) => unknown;

const asIs: ReadChunk = (chunk) => chunk;

/**
 * A stream with the chunks of `stream`. Nothing is read ahead (its own queue holds nothing), the original is
 * locked by the first read only, and cancelling reaches the original.
 */
export function observeReadableStream(
  recorder: SpanRecorder,
  stream: ReadableStream,
  readChunk: ReadChunk = asIs,
): ReadableStream {
  let reader: ReadableStreamDefaultReader<unknown> | undefined;
  const open = (): ReadableStreamDefaultReader<unknown> => (reader ??= stream.getReader());
  const source = {
    async pull(controller: ReadableStreamDefaultController<unknown> | ReadableByteStreamController) {
      try {
        const { done, value } = await context.with(recorder.context, () => open().read());
        if (done) {
          controller.close();
          // A reader that waits with a buffer of its own is answered by an empty response.
          if ("byobRequest" in controller) controller.byobRequest?.respond(0);
          recorder.endStream();
          return;
        }
        recorder.chunk(readChunk(value));
        controller.enqueue(value as never);
      } catch (error) {
        recorder.fail(error);
        throw error;
      }
    },
    async cancel(reason: unknown) {
      recorder.endStream();
      await context.with(recorder.context, () => open().cancel(reason));
    },
  };
  const derived = isByteStream(stream)
    ? new ReadableStream({ ...source, type: "bytes" })
    : new ReadableStream(source, { highWaterMark: 0 });
  copyOwnMembers(stream, derived);
  watchAbandoned(derived, recorder);
  return derived;
}

/** Carries over what the caller put on the original: the AI SDK makes its streams iterable that way. */
export function copyOwnMembers(from: object, to: object): void {
  for (const key of Reflect.ownKeys(from)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(from, key);
    if (descriptor !== undefined && !(key in to)) Object.defineProperty(to, key, descriptor);
  }
}
