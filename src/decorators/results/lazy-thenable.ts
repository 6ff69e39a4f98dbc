// Lazy thenables: query builders, the SDKs' APIPromise, tool runners. Never started here; the first settlement, by whatever
// method the caller takes, ends the span.
import { context } from "@opentelemetry/api";
import { types } from "node:util";
import { opener } from "./async-iterable.ts";
import { isNative, observeNativePromise, type Settle } from "./native-promise.ts";
import { overlay, type Member, type Members } from "./overlay.ts";
import { watchGiven } from "./streams.ts";
import type { Watchers } from "./watchers.ts";

/** The SDKs' `withResponse()` and `withRawResponse()` give data and response in a literal: the data is the result. */
const hasResponse = (value: unknown): value is { data: unknown } =>
  typeof value === "object" &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  "data" in value &&
  ("response" in value || "rawResponse" in value);

/** What `_responseProps()` of the SDKs gives, for a request whose answer is streamed. */
const isStreamed = (value: unknown): value is { response: unknown } =>
  typeof value === "object" &&
  value !== null &&
  "response" in value &&
  (value as { options?: { stream?: unknown } }).options?.stream === true;

/** Thenables that are watched: a chain may give the same one again. */
const watched = new WeakSet<object>();

class LazyThenable {
  readonly #target: object;
  readonly #watchers: Watchers;
  readonly #settle: Settle;
  /** Methods call each other; only the outermost is the caller's way of settling. */
  #isInside = false;
  #calls = 0;
  #isSubscribed = false;
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
      if (this.#isOwnUse) return Reflect.apply(original, this.#target, [onFulfilled, onRejected]);
      this.#isSubscribed = true;
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
      // Those before the last one say which errors are meant.
      const noting = args.map((arg, index) =>
        typeof arg !== "function" || index < args.length - 1
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
      if (this.#isOwnUse) return Reflect.apply(original, this.#target, args);
      return this.#watchResult(this.#inside(original, args));
    };
  }

  /** A method that hands the result on where nobody sees it: whoever called it takes over the duty to handle a rejection. */
  handingOn(original: Member, then: Member): Member {
    return (...args) => {
      const result = Reflect.apply(original, this.#target, args);
      if (this.#isOwnUse || this.#isSubscribed) return result;
      this.#isSubscribed = true;
      this.#inside(then, [
        (value: unknown) => this.#settleAll(value),
        (error: unknown) => this.#watchers.fail(error),
      ]);
      return result;
    };
  }

  /**
   * The response for a helper of the SDK, which reads a stream by itself; a whole answer it takes from the thenable, later.
   */
  responseProps(original: Member): Member {
    return (...args) => {
      const given: unknown = Reflect.apply(original, this.#target, args);
      if (this.#isOwnUse || !types.isPromise(given)) return given;
      return given.then(
        (props) => {
          if (isStreamed(props)) this.#settleAll(props.response);
          return props;
        },
        (error: unknown) => {
          this.#watchers.fail(error);
          throw error;
        },
      );
    };
  }

  /** The events of a process that nobody awaits. */
  events(original: Member): Member {
    return (...args) => {
      if (!this.#isSubscribed && args[0] === "error") this.#watchers.fail(args[1]);
      if (!this.#isSubscribed && args[0] === "close") this.#watchers.endStream();
      return Reflect.apply(original, this.#target, args);
    };
  }

  /** An iteration of what is awaited or iterated: its steps are a way to settle, unless it is opened by a method. */
  iteration(original: Member): Member {
    const open = opener(this.#watchers, this.#target, original);
    return (...args) =>
      this.#isOwnUse ? Reflect.apply(original, this.#target, args) : Reflect.apply(open, undefined, args);
  }

  /** Whether the thenable calls itself, or nobody waits any more. */
  get #isOwnUse(): boolean {
    return this.#isInside || this.#watchers.isDone || this.#watchers.isInStep;
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

  /** What a method gave: a promise, a further thenable of a chain, or a stream of what the thenable stands for. */
  #watchResult(result: unknown): unknown {
    if (typeof result !== "object" || result === null || result === this.#target) return result;
    if (types.isPromise(result) && isNative(result)) return this.#watchPromise(result);
    const { then } = result as { then?: unknown };
    return typeof then === "function"
      ? watchLazyThenable(this.#watchers, result, this.#settle)
      : watchGiven(this.#watchers, result);
  }

  #watchPromise(promise: Promise<unknown>): unknown {
    const settle: Settle = (recorder, value) => {
      if (!hasResponse(value)) return this.#settle(recorder, value);
      const data = this.#settle(recorder, value.data);
      if (data !== value.data) value.data = data;
      return value;
    };
    let seen: unknown = promise;
    for (const recorder of this.#watchers.recorders) {
      if (!recorder.isEnded && types.isPromise(seen)) seen = observeNativePromise(recorder, seen, settle);
    }
    return seen;
  }
}

/** Members that are not called by name to settle anything. */
const isSkipped = (key: PropertyKey): boolean =>
  typeof key === "symbol" ||
  key === "constructor" ||
  (String(key).startsWith("_") && !SDK_METHODS.has(key) && !HANDING_ON.has(key));

/** By the first the SDKs' `parse()` goes on from a call, by the second a helper of Anthropic's. */
const SDK_METHODS = new Set<PropertyKey>(["_thenUnwrap", "_responseProps"]);

const isClass = (value: unknown): boolean => Function.prototype.toString.call(value).startsWith("class");

/** Bluebird's ways to hand a result on: to `Promise.all()` and its like, and to callbacks. */
const HANDING_ON = new Set<PropertyKey>(["_proxy", "_value", "_reason", "asCallback", "nodeify"]);

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

/** Lets the spans wait for a lazy thenable without starting it. */
export function watchLazyThenable(watchers: Watchers, target: object, settle: Settle): object {
  if (watched.has(target)) return target;
  const lazy = new LazyThenable(target, watchers, settle);
  const members: Members = new Map();
  const methods = methodsOf(target);
  const then = methods.get("then");
  for (const [key, original] of methods) {
    if (HANDING_ON.has(key)) {
      if (then !== undefined) members.set(key, lazy.handingOn(original, then));
    } else if (key === "_responseProps") members.set(key, lazy.responseProps(original));
    else if (key === "then") members.set(key, lazy.subscription(original));
    else if (key === "emit") members.set(key, lazy.events(original));
    else if (key === "catch" || key === "finally") members.set(key, lazy.around(original));
    else members.set(key, lazy.method(original));
  }
  const { [Symbol.asyncIterator]: iterate } = target as { [Symbol.asyncIterator]?: unknown };
  if (typeof iterate === "function") members.set(Symbol.asyncIterator, lazy.iteration(iterate as Member));
  const object = overlay(target, members);
  watched.add(object);
  return object;
}
