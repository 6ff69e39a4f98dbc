// Which objects stream, and how each kind is watched.
import { types } from "node:util";
import { watchAsyncIterable } from "./async-iterable.ts";
import { isEventStream, watchEventStream } from "./event-stream.ts";
import { watchIterator } from "./iterator.ts";
import { isNodeStream, isReadable, watchNodeStream, type NodeStream } from "./node-stream.ts";
import { isObservable, watchObservable } from "./observable.ts";
import { isResponse, unreadBody } from "./response.ts";
import { streamGettersOf, watchTeedResult } from "./teed-result.ts";
import { Watchers, type Change } from "./watchers.ts";
import { isWebStream, watchWebStream } from "./web-stream.ts";

/** How an object is watched, and the one that does the streaming: of a response, its body. */
export interface Streaming {
  readonly object: object;
  readonly change: Change;
}

const ofWebStream = (stream: ReadableStream): Streaming => ({
  object: stream,
  change: (watchers) => watchWebStream(watchers, stream),
});

const ofNodeStream = (stream: NodeStream): Streaming => ({
  object: stream,
  change: (watchers) => watchNodeStream(watchers, stream),
});

/**
 * Says how `value` is watched; `undefined` for what does not stream, or is read already. Names are asked for before they are
 * read: a proxy that gives something for every name has none of them.
 */
export function streamingOf(value: object): Streaming | undefined {
  if (Array.isArray(value)) return undefined;
  if (types.isGeneratorObject(value)) {
    return { object: value, change: (watchers) => watchIterator(watchers, value) };
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  // First of all: whatever else is asked of such a result might read one of its getters.
  const getters = streamGettersOf(value, isPlain);
  if (getters.length > 0) {
    return { object: value, change: (watchers) => watchTeedResult(watchers, value, getters, watchGiven) };
  }
  if (!isPlain) {
    if (isWebStream(value)) return value.locked ? undefined : ofWebStream(value);
    if (isResponse(value)) {
      const body = unreadBody(value);
      return body && (isWebStream(body) ? ofWebStream(body) : ofNodeStream(body));
    }
    if (isEventStream(value)) {
      return { object: value, change: (watchers) => watchEventStream(watchers, value) };
    }
    if (isNodeStream(value)) return isReadable(value) ? ofNodeStream(value) : undefined;
    if (isObservable(value)) {
      return { object: value, change: (watchers) => watchObservable(watchers, value) };
    }
  }
  const members = value as { [Symbol.asyncIterator]?: unknown; [Symbol.iterator]?: unknown; next?: unknown };
  if (Symbol.asyncIterator in value && typeof members[Symbol.asyncIterator] === "function") {
    return { object: value, change: (watchers) => watchAsyncIterable(watchers, value, watchGiven) };
  }
  const isIterable = Symbol.iterator in value && typeof members[Symbol.iterator] === "function";
  if (isIterable && typeof members.next === "function") {
    return { object: value, change: (watchers) => watchIterator(watchers, value) };
  }
  return undefined;
}

const given = new WeakSet<object>();

/** Watches a stream that an object gave out, for the spans that wait for the object. */
export function watchGiven(watchers: Watchers, value: unknown): unknown {
  if (typeof value !== "object" || value === null || given.has(value) || watchers.isDone) return value;
  if (Array.isArray(value)) {
    // The halves of a tee().
    for (const item of value) watchGiven(watchers, item);
    return value;
  }
  const streaming = streamingOf(value);
  if (streaming === undefined) return value;
  const watched = streaming.change(new Watchers(watchers));
  given.add(watched);
  return streaming.object === value ? watched : value;
}
