// Makes a function into one that traces its calls, without the function or its caller noticing.
import type { Tracer } from "@opentelemetry/api";
import { createCallPlan, type AnyCallOptions, type Callable, type CallPlan } from "./call-plan.ts";
import type { SpanKindOption } from "../span-options.ts";
import { declareAlike } from "./declared-arguments.ts";
import { tracedCall } from "./traced-call.ts";

/** A method has no `prototype` and cannot be constructed, as arrow functions and methods have it. */
const asMethod = (plan: CallPlan): Callable => {
  const holder = {
    traced(this: unknown, ...args: unknown[]): unknown {
      return tracedCall(plan, this, args);
    },
  };
  return Reflect.get<typeof holder, "traced">(holder, "traced");
};

/** A function that could be constructed still can be; constructing is not traced. */
const asConstructor = (plan: CallPlan): Callable =>
  function traced(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return tracedCall(plan, this, args);
    return Reflect.construct(
      plan.fn,
      args,
      new.target === wrapperOf.get(plan) ? plan.fn : new.target,
    ) as unknown;
  };

const wrapperOf = new WeakMap<CallPlan, Callable>();

const isConstructor = (fn: Callable): boolean => {
  try {
    // Only the check whether `fn` may be a new.target runs, not `fn`.
    Reflect.construct(Object, [], fn);
    return true;
  } catch {
    return false;
  }
};

/** Gives the wrapper name, length, prototype and own properties of the function. */
export function imitate(wrapper: Callable, fn: Callable): void {
  try {
    for (const key of Reflect.ownKeys(fn)) {
      if (key === "arguments" || key === "caller") continue;
      const descriptor = Reflect.getOwnPropertyDescriptor(fn, key);
      if (descriptor !== undefined) Reflect.defineProperty(wrapper, key, descriptor);
    }
    const prototype: unknown = Object.getPrototypeOf(fn);
    if (prototype !== Function.prototype) Object.setPrototypeOf(wrapper, prototype as object);
  } catch {
    // A function that hides what it is keeps what could be read.
  }
}

/** A class is only ever constructed, and its static methods need the class itself for its private members. */
const isClass = (fn: Callable): boolean => /^class\b/.test(Function.prototype.toString.call(fn));

/** Wraps `fn` with the lifecycle; a class, which cannot be called, comes back as it is. */
export function createTracedFunction(
  fn: Callable,
  kind: SpanKindOption,
  options: AnyCallOptions,
  tracer?: Tracer,
): Callable {
  if (isClass(fn)) return fn;
  const plan = createCallPlan(fn, kind, options, tracer);
  const wrapper = isConstructor(fn) ? asConstructor(plan) : asMethod(plan);
  wrapperOf.set(plan, wrapper);
  declareAlike(wrapper, plan.declared);
  imitate(wrapper, fn);
  return wrapper;
}
