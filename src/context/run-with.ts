// Runs a function in a context, to the end of what it gives back.
import { types } from "node:util";
import { type Context, context } from "@opentelemetry/api";

/**
 * Runs `fn` in the context and returns what it returned. The body of a generator runs later, step by step: each step
 * runs in the context too.
 */
export function runWith<T>(active: Context, fn: () => T): T {
  const result = context.with(active, fn);
  if (types.isGeneratorObject(result)) bindSteps(result, active);
  return result;
}

function bindSteps(generator: object, active: Context): void {
  for (const step of ["next", "return", "throw"]) {
    const body = Reflect.get(generator, step) as (...args: unknown[]) => unknown;
    const value = (...args: unknown[]): unknown =>
      context.with(active, () => Reflect.apply(body, generator, args));
    Object.defineProperty(generator, step, { value, writable: true, configurable: true });
  }
}
