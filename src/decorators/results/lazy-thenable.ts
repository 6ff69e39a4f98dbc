// Lazy thenables: query builders, the SDKs' APIPromise. Never started here; the first settlement, by whatever
// method the caller takes, ends the span.
import { context } from "@opentelemetry/api";
import { types } from "node:util";
import type { SpanRecorder } from "../call/span-recorder.ts";
import { observeNativePromise, type Settle } from "./native-promise.ts";
import { overlay, type Member, type Members } from "./overlay.ts";
import { watch, type Watchers } from "./watchers.ts";

/** The SDKs' `withResponse()` gives data and response: the data is the result. */
const hasResponse = (value: unknown): value is { data: unknown; response: object } =>
  typeof value === "object" && value !== null && "data" in value && "response" in value;

class LazyThenable {
  readonly #target: object;
  readonly #watchers: Watchers;
  readonly #settle: Settle;
  /** Methods call each other; only the outermost is the caller's way of settling. */
  #isInside = false;
  #calls = 0;
  /** What stands in for a stream that was settled before: who awaits twice gets the same twice. */
  readonly #seen = new WeakMap<object, unknown>();

  constructor(target: object, watchers: Watchers, settle: Settle) {
    this.#target = target;
    this.#watchers = watchers;
    this.#settle = settle;
  }

  /** `then`: the caller's callbacks get what the spans saw, in the caller's own context. */
  subscription(original: Member): Member {
    return (onFulfilled, onRejected) => {
      if (this.#isInside || this.#watchers.isDone) {
        return Reflect.apply(original, this.#target, [onFulfilled, onRejected]);
      }
      const caller = context.active();
      const back = (callback: unknown, value: unknown): unknown =>
        context.with(caller, callback as (value: unknown) => unknown, undefined, value);
      return this.#inside(original, [
        (value: unknown) => {
          const seen = this.#settleAll(value);
          return typeof onFulfilled === "function" ? back(onFulfilled, seen) : seen;
        },
        (error: unknown) => {
          this.#watchers.fail(error);
          if (typeof onRejected === "function") return back(onRejected, error);
          throw error;
        },
      ]);
    };
  }

  /** `catch` and `finally`: most go through `then`; the result of one that does not is watched itself. */
  around(original: Member): Member {
    return (...args) => {
      const calls = this.#calls;
      const noting = args.map((arg) =>
        typeof arg !== "function"
          ? arg
          : (...given: unknown[]): unknown => {
              if (given.length > 0) this.#watchers.fail(given[0]);
              return Reflect.apply(arg, undefined, given);
            },
      );
      const result = Reflect.apply(original, this.#target, noting);
      return calls === this.#calls ? this.#watchResult(result) : result;
    };
  }

  /** Any other method: the promise it gives is a way to settle, unless it is called by another method. */
  method(original: Member): Member {
    return (...args) => {
      if (this.#isInside || this.#watchers.isDone) return Reflect.apply(original, this.#target, args);
      return this.#watchResult(this.#inside(original, args));
    };
  }

  #inside(original: Member, args: unknown[]): unknown {
    this.#calls++;
    this.#isInside = true;
    try {
      return this.#watchers.run(() => Reflect.apply(original, this.#target, args));
    } finally {
      this.#isInside = false;
    }
  }

  /** Settles a value for every span that waits: each may put a stream's observed twin in its place. */
  #settleAll(value: unknown): unknown {
    const isObject = typeof value === "object" && value !== null;
    if (isObject && this.#seen.has(value)) return this.#seen.get(value);
    let seen = value;
    for (const recorder of this.#watchers.recorders) {
      if (!recorder.isEnded) seen = this.#settle(recorder, seen);
    }
    if (isObject) this.#seen.set(value, seen);
    return seen;
  }

  #watchResult(result: unknown): unknown {
    if (!types.isPromise(result) || result === this.#target) return result;
    const settle: Settle = (recorder, value) => {
      if (!hasResponse(value)) return this.#settle(recorder, value);
      const data = this.#settle(recorder, value.data);
      if (data !== value.data) value.data = data;
      return value;
    };
    let seen: unknown = result;
    for (const recorder of this.#watchers.recorders) {
      if (!recorder.isEnded && types.isPromise(seen)) seen = observeNativePromise(recorder, seen, settle);
    }
    return seen;
  }
}

/** Members that are not called by name to settle anything. */
const isSkipped = (key: PropertyKey): boolean =>
  typeof key === "symbol" || key === "constructor" || String(key).startsWith("_");

const isClass = (value: unknown): boolean => Function.prototype.toString.call(value).startsWith("class");

const PROMISE_METHODS = new Set<unknown>(["then", "catch", "finally"]);

/** The methods of an object and its classes, nearest first. */
function methodsOf(target: object): Members {
  const methods: Members = new Map();
  const isLiteral = Object.getPrototypeOf(target) === Object.prototype;
  for (
    let level: object | null = target;
    level && level !== Object.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    for (const key of Reflect.ownKeys(level)) {
      if (isSkipped(key) || methods.has(key)) continue;
      // A function that an instance holds is its own affair: APIPromise keeps its parser so.
      if (level === target && !isLiteral && !PROMISE_METHODS.has(key)) continue;
      const descriptor = Reflect.getOwnPropertyDescriptor(level, key);
      const value: unknown = descriptor?.value;
      if (typeof value === "function" && !isClass(value)) methods.set(key, value as Member);
    }
  }
  return methods;
}

/** Lets the span wait for a lazy thenable without starting it. */
export function observeLazyThenable(recorder: SpanRecorder, target: object, settle: Settle): object {
  return watch(recorder, target, (watchers) => {
    const lazy = new LazyThenable(target, watchers, settle);
    const members: Members = new Map();
    for (const [key, original] of methodsOf(target)) {
      if (key === "then") members.set(key, lazy.subscription(original));
      else if (key === "catch" || key === "finally") members.set(key, lazy.around(original));
      else members.set(key, lazy.method(original));
    }
    return overlay(target, members);
  });
}
