// Observables: rxjs, whatever else has its shape. Their work runs on subscription, and a subscriber may leave early.
import { context } from "@opentelemetry/api";
import { overlay, type Member, type Members } from "./overlay.ts";
import type { Watchers } from "./watchers.ts";

/** What an observable of rxjs tells: its subscribers are all of one class, made before the work starts. */
interface RxSubscriber {
  next: Member;
  error: Member;
  complete: Member;
  add(teardown: () => void): void;
}

interface RxObservable {
  subscribe: Member;
  _subscribe: Member;
  operator?: { call: Member } | undefined;
}

/** Whether `value` is an observable of rxjs, of any version since 5. */
export function isObservable(value: object): value is RxObservable {
  if (!("_subscribe" in value)) return false;
  const { subscribe, pipe, _subscribe } = value as Record<string, unknown>;
  return [subscribe, pipe, _subscribe].every((member) => typeof member === "function");
}

/**
 * Watches the subscriptions of an observable, which stays the same object. Its work runs with the span active, its
 * subscribers in their own context. The first subscription is the one whose values are recorded and whose end is the span's.
 */
export function watchObservable(watchers: Watchers, observable: RxObservable): object {
  let isTaken = false;
  const start =
    (target: object, original: Member): Member =>
    (...args) => {
      const call = (): unknown => Reflect.apply(original, target, args);
      if (watchers.isDone) return call();
      if (!isTaken) {
        isTaken = true;
        watchSubscriber(watchers, args[0] as RxSubscriber);
      }
      return watchers.run(call);
    };
  const members: Members = new Map();
  const { _subscribe, operator } = observable;
  members.set("_subscribe", start(observable, _subscribe));
  if (typeof operator?.call === "function") {
    const call = start(operator, operator.call);
    Object.defineProperty(observable, "operator", {
      value: overlay(Object.create(operator) as object, new Map([["call", call]])),
      writable: true,
      configurable: true,
      enumerable: true,
    });
  }
  return overlay(observable, members);
}

function watchSubscriber(watchers: Watchers, subscriber: RxSubscriber): void {
  const caller = context.active();
  const replace = (key: "next" | "error" | "complete", see: (value: unknown) => void): void => {
    const original = subscriber[key];
    subscriber[key] = (...args) => {
      see(args[0]);
      return context.with(caller, () => Reflect.apply(original, subscriber, args));
    };
  };
  replace("next", (value) => watchers.chunk(value));
  replace("error", (error) => watchers.fail(error));
  replace("complete", () => watchers.endStream());
  subscriber.add(() => watchers.endStream());
}
