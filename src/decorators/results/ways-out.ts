// The other ways to use an object that streams: methods that give it whole, methods that give a stream of it, promises.
import { types } from "node:util";
import { ClassMembers, isGetter } from "./class-members.ts";
import { overlayGetters, type Member, type Members } from "./overlay.ts";
import type { Watchers } from "./watchers.ts";

/** Names of what settles when the object has ended. */
const ENDING =
  /^(toArray|toList|collect|all|forEach|each|eachAsync|done|completed?|completion|finished|closed|final[A-Z]\w*|result|runUntilDone|waitUntil\w*|consume\w*)$/;

/** Names of methods that give a stream of the object. */
const STREAMING = /^(to\w*(Stream|Iterator|Iterable)|as\w*Stream|tee|stream|iter\w*|\w*Pages?)$/;

const methods = new ClassMembers(
  (key, { value }) => typeof value === "function" && (ENDING.test(key) || STREAMING.test(key)),
);
const getters = new ClassMembers((key, descriptor) => isGetter(descriptor) && ENDING.test(key));

/** Watches a stream that another object gave. */
export type WatchGiven = (watchers: Watchers, value: unknown) => unknown;

/** Adds the stand-ins for the ways that the classes of `target` have. */
export function watchWaysOut(
  watchers: Watchers,
  target: object,
  members: Members,
  watchGiven: WatchGiven,
): void {
  for (const key of methods.of(target)) {
    if (members.has(key)) continue;
    const original = Reflect.get(target, key) as Member;
    const isEnding = ENDING.test(key);
    members.set(key, (...args) => {
      const call = (): unknown => Reflect.apply(original, target, args);
      if (watchers.isDone || watchers.isInStep) return call();
      const given = watchers.run(call);
      if (given === target) return given;
      return isEnding && types.isPromise(given)
        ? endsWith(watchers, target, given)
        : watchGiven(watchers, given);
    });
  }
  const promises = new WeakMap<object, unknown>();
  overlayGetters(target, getters.of(target), (given) => {
    if (!types.isPromise(given) || watchers.isDone) return given;
    if (!promises.has(given)) promises.set(given, endsWith(watchers, target, given));
    return promises.get(given);
  });
}

/** Ends the spans as `promise` settles, which the caller gets as it is. */
function endsWith(watchers: Watchers, target: object, promise: Promise<unknown>): Promise<unknown> {
  if (Object.getPrototypeOf(promise) !== Promise.prototype) return promise;
  return promise.then(
    (value) => {
      watchers.endStream(value ?? (target as { finalOutput?: unknown }).finalOutput);
      return value;
    },
    (error: unknown) => {
      watchers.fail(error);
      throw error;
    },
  );
}
