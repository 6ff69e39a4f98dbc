// Puts a traced method in the place of a method, and takes it back.
import type { Callable } from "../decorators/call/call-plan.ts";
import type { CallRow, SdkRow } from "./sdk-row.ts";
import { originalOf, type TraceClientOptions, tracedMethod, untraceMethod } from "./traced-method.ts";

/** What became of a method: it is traced (now, or before), another maker traces it, it is not there, or it cannot be replaced. */
export type Replaced = "traced" | "foreign" | "missing" | "fixed";

/** Whether OpenTelemetry's way to patch a method was there before: an instrumentation of the program's traces it. */
const isInstrumented = (method: Callable): boolean => (method as { __wrapped?: unknown }).__wrapped === true;

/** A replacement that can be taken back. */
export interface Replacement {
  readonly target: object;
  readonly name: string;
  readonly traced: Callable;
  /** What the target itself had. */
  readonly before: PropertyDescriptor | undefined;
}

/**
 * Replaces the method `name` of `target`, an object or a prototype, by one that traces. One that traces already is left
 * where the target itself has it; where it comes from the target's class, this one with its `options` takes its place.
 */
export function replaceMethod(
  target: object,
  name: string,
  sdk: SdkRow,
  row: CallRow,
  options?: TraceClientOptions,
  onReplaced?: (replacement: Replacement) => void,
): Replaced {
  const method = (target as Readonly<Record<string, unknown>>)[name];
  if (typeof method !== "function" || row.unless?.(target) === true) return "missing";
  const original = originalOf(method as Callable);
  if (original !== undefined && Object.hasOwn(target, name)) return "traced";
  if (isInstrumented(method as Callable)) return "foreign";
  const traced = tracedMethod(original ?? (method as Callable), sdk, row, options);
  const before = Reflect.getOwnPropertyDescriptor(target, name);
  if (!put(target, name, traced)) return "fixed";
  onReplaced?.({ target, name, traced, before });
  return "traced";
}

/** Puts a method on an object, as visible as what it replaces; false where the object refuses. */
export function put(target: object, name: string, value: Callable): boolean {
  const enumerable = Object.prototype.propertyIsEnumerable.call(target, name);
  return Reflect.defineProperty(target, name, { value, writable: true, configurable: true, enumerable });
}

/** Takes a replacement back. One that somebody else wrapped since stays in its place and traces no more. */
export function takeBack({ target, name, traced, before }: Replacement): void {
  untraceMethod(traced);
  if (Reflect.getOwnPropertyDescriptor(target, name)?.value !== traced) return;
  if (before === undefined) Reflect.deleteProperty(target, name);
  else Reflect.defineProperty(target, name, before);
}
