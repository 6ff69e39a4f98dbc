// The result of the AI SDK's `streamText` and `streamObject`: one base stream feeds everything that is read or awaited.
import { types } from "node:util";
import type { SpanRecorder } from "../call/span-recorder.ts";
import { observeReadableStream } from "./readable-stream.ts";
import { watch } from "./watchers.ts";

interface AiSdkResult {
  baseStream: ReadableStream;
}

/** Whether `value` is such a result. Its streams are getters that start something: they are not touched. */
export function isAiSdkResult(value: object): value is AiSdkResult {
  const { baseStream } = value as { baseStream?: unknown };
  return baseStream instanceof ReadableStream && !types.isProxy(value) && "textStream" in value;
}

const readPart = (chunk: unknown): unknown =>
  typeof chunk === "object" && chunk !== null && "part" in chunk ? chunk.part : chunk;

/** Puts an observed stream under the result; the object and everything on it stay the same. */
export function observeAiSdkResult(recorder: SpanRecorder, result: AiSdkResult): object {
  return watch(recorder, result, () => {
    result.baseStream = observeReadableStream(recorder, result.baseStream, readPart);
    return result;
  });
}
