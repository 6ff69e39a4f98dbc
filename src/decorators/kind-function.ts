// One function per kind that is decorator, decorator factory and wrapper: the call's shape tells which.
import type { Tracer } from "@opentelemetry/api";
import type { AnyCallOptions, Callable } from "./call/call-plan.ts";
import type { KindMethod } from "./decorator-types.ts";
import { decorateLegacy } from "./legacy-decorator.ts";
import type { SpanKindValue } from "../openinference/span-kind.ts";
import type { SpanKindOption } from "./span-options.ts";
import { decorateMember, isMemberContext, type WrapMember } from "./tc39-decorator.ts";
import { traceFunction } from "./with-span.ts";

type KindOptions = AnyCallOptions & { kind?: SpanKindOption };

const isKey = (value: unknown): value is string | symbol =>
  typeof value === "string" || typeof value === "symbol";

const nameOf = (member: string | symbol): string =>
  typeof member === "symbol" ? (member.description ?? "") : member;

/** A name that somebody who calls a decorator by hand gave; else the function's. */
function nameGiven(context: unknown, fn: { readonly name: string }): string | symbol {
  const { name } = (context ?? {}) as { name?: unknown };
  return isKey(name) ? name : fn.name;
}

/** Creates the function of one kind; with `tracer` its spans come from that tracer. */
export function createKindFunction(kind: SpanKindValue, tracer?: Tracer): KindMethod {
  const decorate = (options: KindOptions, args: unknown[]): unknown => {
    const [target, member, descriptor] = args;
    const wrap: WrapMember = (fn, name) => {
      const named = { ...options, name: options.name ?? nameOf(name) };
      return traceFunction(fn, options.kind ?? kind, named, tracer);
    };
    if (isMemberContext(member)) return decorateMember(target, member, wrap);
    if (isKey(member)) {
      return decorateLegacy(target as object, member, descriptor as PropertyDescriptor | undefined, wrap);
    }
    // Called by hand, without what a compiler hands to a decorator.
    return typeof target === "function" ? wrap(target as Callable, nameGiven(member, target)) : undefined;
  };
  const give = (...args: unknown[]): unknown => {
    const [first, second] = args;
    if (isMemberContext(second) || isKey(second)) return decorate({}, args);
    if (typeof first === "function" || args.length > 1) {
      return traceFunction(first as Callable, kind, second ?? {}, tracer);
    }
    return (...member: unknown[]): unknown => decorate(first ?? {}, member);
  };
  // The overloads of KindMethod say what each shape of arguments is given.
  return (...args: unknown[]) => give(...args) as never;
}
