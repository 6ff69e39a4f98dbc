// The SDKs' event-emitting stream helpers: `anthropic.messages.stream()`, `openai.chat.completions.stream()`,
// `openai.responses.stream()`. They run by themselves and may be read, listened to or awaited.
import type { SpanRecorder } from "../call/span-recorder.ts";
import { overlay, type Member } from "./overlay.ts";
import { watch } from "./watchers.ts";

/** Events that carry one piece of the provider's stream, unchanged, or one whole answer of several (`runTools()`). */
const CHUNK_EVENTS = new Set<unknown>(["streamEvent", "chunk", "event", "chatCompletion"]);

/** Whether `value` is such a helper: each emits through a method of its own. */
export function isEventStream(value: object): value is object & { _emit: Member } {
  const { _emit, on, done } = value as { _emit?: unknown; on?: unknown; done?: unknown };
  return typeof _emit === "function" && typeof on === "function" && typeof done === "function";
}

/** Sees every event without listening: a listener for errors would change what becomes of them. */
export function observeEventStream(recorder: SpanRecorder, stream: object & { _emit: Member }): object {
  const emit = stream._emit;
  return watch(recorder, stream, (watchers) => {
    const observed: Member = (...args) => {
      const [event, value] = args;
      if (CHUNK_EVENTS.has(event)) watchers.chunk(value);
      else if (event === "error" || event === "abort") watchers.fail(value);
      else if (event === "end") watchers.endStream();
      return watchers.run(() => Reflect.apply(emit, stream, args));
    };
    return overlay(stream, new Map([["_emit", observed]]));
  });
}
