// Decorating one class member by the TC39 standard.
import type { Callable } from "./call/call-plan.ts";

/** Wraps a function under the name of its member. */
export type WrapMember = (fn: Callable, member: string | symbol) => Callable;

/** What every TC39 decorator context has. */
interface MemberContext {
  readonly kind: "method" | "getter" | "setter" | "field" | "accessor" | "class";
  readonly name: string | symbol;
}

const KINDS = new Set<unknown>(["method", "getter", "setter", "field", "accessor", "class"]);

/** Whether the second argument of a call is a TC39 decorator context, or the part of one that is written by hand. */
export function isMemberContext(value: unknown): value is MemberContext {
  if (typeof value !== "object" || value === null) return false;
  const { kind, name } = value as Record<string, unknown>;
  return KINDS.has(kind) && (typeof name === "string" || typeof name === "symbol");
}

/** Gives what replaces the member; `undefined` leaves it as it is. */
export function decorateMember(value: unknown, context: MemberContext, wrap: WrapMember): unknown {
  const wrapIfFunction = (initial: unknown): unknown =>
    typeof initial === "function" ? wrap(initial as Callable, context.name) : initial;
  switch (context.kind) {
    case "method":
    case "getter":
    case "setter":
      return wrapIfFunction(value);
    case "field":
      return wrapIfFunction;
    case "accessor": {
      const accessor = value as ClassAccessorDecoratorTarget<unknown, unknown>;
      return {
        init: wrapIfFunction,
        set(this: unknown, next: unknown): void {
          accessor.set.call(this, wrapIfFunction(next));
        },
      };
    }
    default:
      return undefined;
  }
}
