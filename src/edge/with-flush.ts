// withFlush() where there is nothing to deliver: a handler gives what it gives in Node.
import type { FlushedResult } from "../serverless/with-flush.ts";

/**
 * Wraps a handler as Node's build does, without anything to wait for: the value of a plain function becomes a promise, and so
 * does what it throws.
 */
export function withFlush<This, Args extends unknown[], Result>(
  handler: (this: This, ...args: Args) => Result,
  _options?: object,
): (this: This, ...args: Args) => FlushedResult<Result> {
  function wrapped(this: This, ...args: Args): unknown {
    try {
      const result = handler.apply(this, args);
      const isCalledBack = typeof args.at(-1) === "function";
      return result === undefined || isCalledBack || isPromise(result) ? result : Promise.resolve(result);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }
  const { name, length } = handler;
  return Object.defineProperties(wrapped, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
  }) as (this: This, ...args: Args) => FlushedResult<Result>;
}

const isPromise = (result: unknown): boolean =>
  typeof (result as { then?: unknown } | null)?.then === "function";
