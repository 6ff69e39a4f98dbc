// Async iterables that are no generators: SDK streams, cursors, pages.
import { iteratorMembers } from "./iterator.ts";
import { overlay, type Member, type Members } from "./overlay.ts";
import { watchPage } from "./page.ts";
import type { Watchers } from "./watchers.ts";
import { watchWaysOut, type WatchGiven } from "./ways-out.ts";

/** Iterators that an iterable gave out and that are observed already. */
const observed = new WeakSet<object>();

function watchOpened(watchers: Watchers, iterator: unknown): unknown {
  if (typeof iterator !== "object" || iterator === null || observed.has(iterator)) return iterator;
  const members = iteratorMembers(watchers, iterator);
  // A loop that is left early calls return(), if there is one: without it nobody would learn of the end.
  if (!members.has("return")) {
    members.set("return", (value) => {
      watchers.endStream();
      return Promise.resolve({ done: true, value });
    });
  }
  const object = overlay(iterator, members);
  observed.add(object);
  return object;
}

/** The stand-in for a method that opens an iteration. */
export const opener =
  (watchers: Watchers, iterable: object, open: Member): Member =>
  (...args) => {
    if (watchers.isDone) return Reflect.apply(open, iterable, args);
    return watchOpened(
      watchers,
      watchers.run(() => Reflect.apply(open, iterable, args)),
    );
  };

/**
 * The SDKs' own way to end a stream early, without a reader that would notice. A reader that waits is told by its step, and
 * so is one whose stream broke: the SDKs abort what is left of that, too.
 */
function endOnAbort(watchers: Watchers, iterable: object): void {
  const { controller } = iterable as { controller?: Partial<AbortController> };
  // Not by its class, which Node 20 cannot give any more where globalThis was frozen before.
  if (typeof controller?.abort !== "function" || !(controller.signal instanceof EventTarget)) return;
  const onAbort = (): void => {
    if (!watchers.isInStep) watchers.endStream();
  };
  controller.signal.addEventListener("abort", onAbort, { once: true });
}

/**
 * Watches an async iterable. The `Stream` of openai and @anthropic-ai/sdk opens every reader (its iteration, `tee()`,
 * `toReadableStream()`) through its own property `iterator`, so that one is replaced where it is.
 */
export function watchAsyncIterable(watchers: Watchers, iterable: object, watchGiven: WatchGiven): object {
  const { iterator, next } = iterable as { iterator?: unknown; next?: unknown };
  const open = (iterable as { [Symbol.asyncIterator]: Member })[Symbol.asyncIterator];
  endOnAbort(watchers, iterable);
  if (Object.hasOwn(iterable, "iterator") && typeof iterator === "function") {
    return overlay(iterable, new Map([["iterator", opener(watchers, iterable, iterator as Member)]]));
  }
  const members: Members = new Map([[Symbol.asyncIterator, opener(watchers, iterable, open)]]);
  if (typeof next === "function") {
    for (const [key, member] of iteratorMembers(watchers, iterable)) members.set(key, member);
    observed.add(iterable);
  }
  watchPage(watchers, iterable);
  watchWaysOut(watchers, iterable, members, watchGiven);
  return overlay(iterable, members);
}
