// The SDKs' event-emitting stream helpers: `anthropic.messages.stream()`, `openai.chat.completions.stream()`,
// `openai.responses.stream()`. They run by themselves and may be read, listened to or awaited.
import { overlay, type Member } from "./overlay.ts";
import type { Watchers } from "./watchers.ts";

/** Events that carry one piece of the provider's stream, unchanged, or one whole answer of several (`runTools()`). */
const CHUNK_EVENTS = new Set<unknown>(["streamEvent", "chunk", "event", "chatCompletion"]);

/** Such a helper: each emits through a method of its own. */
export type EventStream = object & { _emit: Member };

/** Whether `value` is such a helper. */
export function isEventStream(value: object): value is EventStream {
  if (!("_emit" in value)) return false;
  const { _emit, on, done } = value as { _emit?: unknown; on?: unknown; done?: unknown };
  return typeof _emit === "function" && typeof on === "function" && typeof done === "function";
}

/** Sees every event without listening: a listener for errors would change what becomes of them. */
export function watchEventStream(watchers: Watchers, stream: EventStream): object {
  const see = (event: unknown, value: unknown): void => {
    if (CHUNK_EVENTS.has(event)) watchers.chunk(value);
    else if (event === "error" || event === "abort") watchers.fail(value);
    else if (event === "end") watchers.endStream();
  };
  return watchEvents(watchers, stream, see);
}

/** Takes the pieces of a helper that is itself one of a stream's chunks, as in Anthropic's tool runner. */
export function watchPieces(watchers: Watchers, stream: EventStream): void {
  watchEvents(watchers, stream, (event, value) => {
    if (CHUNK_EVENTS.has(event)) watchers.chunk(value);
  });
}

function watchEvents(
  watchers: Watchers,
  stream: EventStream,
  see: (event: unknown, value: unknown) => void,
): object {
  const { _emit: emit } = stream;
  const observed: Member = (...args) => {
    see(args[0], args[1]);
    return watchers.run(() => Reflect.apply(emit, stream, args));
  };
  return overlay(stream, new Map([["_emit", observed]]));
}
