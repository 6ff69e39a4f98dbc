// withFlush(): a serverless handler whose spans are delivered before its platform may freeze it.
import { nextTurn } from "../real-time.ts";
import { flushAll } from "./living-flushes.ts";

/** Options of {@link withFlush}. */
export interface WithFlushOptions {
  /**
   * Longest time a result waits for its spans, in milliseconds. Where the platform tells how much time
   * an invocation has left (AWS Lambda), half a second of that is never used.
   * @defaultValue 2000
   */
  timeoutMillis?: number;
}

/** What a wrapped handler gives: promises and `void` as they are, other values as a promise. */
export type FlushedResult<Result> = Result extends PromiseLike<unknown> | void ? Result : Promise<Result>;

type Callback = (...outcome: unknown[]) => unknown;

const TIMEOUT_MILLIS = 2_000;
/** Left of an invocation for the platform to take the result. */
const RESERVE_MILLIS = 500;

/**
 * Wraps a serverless handler (AWS Lambda, Netlify, Google Cloud and alike) so that its result waits until
 * the spans that ended are delivered, in every processor of this package: after the result the platform
 * may freeze or end the process. Works for async handlers, for handlers that call their last argument
 * back, and for plain functions, whose value becomes a promise. `this`, arguments, result, errors, name
 * and length stay the handler's own; a flush that fails changes none of them. Spans that do not get
 * through in time stay queued and go with the next invocation.
 *
 * @example
 * export const handler = withFlush(async (event: { question: string }) => answer(event.question));
 */
export function withFlush<This, Args extends unknown[], Result>(
  handler: (this: This, ...args: Args) => Result,
  options: WithFlushOptions = {},
): (this: This, ...args: Args) => FlushedResult<Result> {
  const { timeoutMillis = TIMEOUT_MILLIS } = options;

  function wrapped(this: This, ...args: Args): unknown {
    const flush = (): Promise<void> => flushAll(Math.min(timeoutMillis, timeLeft(args)));
    const callback = args.at(-1);
    const calledBack = typeof callback === "function";
    const given = calledBack
      ? ([...args.slice(0, -1), afterFlush(callback as Callback, flush)] as unknown as Args)
      : args;
    let result: Result;
    try {
      result = handler.apply(this, given);
    } catch (error) {
      return flush().then(() => {
        throw error;
      });
    }
    if (calledBack && !isPromise(result) && !isValueOf(result, handler, args)) return result;
    return settled(result, flush);
  }

  // The platform looks at the length, and at marks like that of a streaming handler.
  return Object.defineProperties(wrapped, ownProperties(handler)) as (
    this: This,
    ...args: Args
  ) => FlushedResult<Result>;
}

/** The callback, called with the same arguments once the spans are delivered. */
function afterFlush(callback: Callback, flush: () => Promise<void>): Callback {
  return function (this: unknown, ...outcome) {
    // Not inside the promise: an error of the callback is the platform's, and no rejection.
    void flush().then(() => nextTurn(() => callback.apply(this, outcome)));
  };
}

const isPromise = (result: unknown): boolean =>
  typeof (result as { then?: unknown } | undefined)?.then === "function";

/**
 * Whether a value is meant as the result though a callback was passed: the handler declares fewer
 * parameters. Otherwise a promise of it would reach the platform before the callback does.
 */
const isValueOf = (result: unknown, handler: { length: number }, args: readonly unknown[]): boolean =>
  result !== undefined && handler.length > 0 && handler.length < args.length;

async function settled<Result>(result: Result, flush: () => Promise<void>): Promise<Awaited<Result>> {
  try {
    return await result;
  } finally {
    await flush();
  }
}

/** Milliseconds that may be spent before the platform ends the invocation, where it tells. */
function timeLeft(args: readonly unknown[]): number {
  for (const context of args as { getRemainingTimeInMillis?: () => number }[]) {
    if (typeof context?.getRemainingTimeInMillis !== "function") continue;
    const left = context.getRemainingTimeInMillis() - RESERVE_MILLIS;
    return Number.isFinite(left) ? Math.max(0, left) : Infinity;
  }
  return Infinity;
}

function ownProperties(handler: object): PropertyDescriptorMap {
  const descriptors: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(handler);
  for (const own of ["prototype", "arguments", "caller"]) Reflect.deleteProperty(descriptors, own);
  return descriptors;
}
