import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeadlineExceeded, setTimer, withDeadline, within } from "../src/deadline.ts";
import { driveTime, releaseTime } from "./support/driven-time.ts";

/** The longest delay that a timer of the platform takes. */
const LONGEST = 2 ** 31 - 1;

beforeEach(() => {
  driveTime();
});
afterEach(() => {
  releaseTime();
});

/** How often a timer of `delayMillis` has called back after `passedMillis`. */
const callsAfter = (delayMillis: number, passedMillis: number): number => {
  const callback = vi.fn<() => void>();
  const timer = setTimer(callback, delayMillis);
  vi.advanceTimersByTime(passedMillis);
  timer.clear();
  return callback.mock.calls.length;
};

describe("a timer", () => {
  it.each([0, 1, 10_000, LONGEST, LONGEST + 1, 2 ** 32, 10 * 2 ** 31])(
    "of %d ms calls back then, once, and not before",
    (delayMillis) => {
      expect(callsAfter(delayMillis, Math.max(0, delayMillis - 1))).toBe(delayMillis === 0 ? 1 : 0);
      expect(callsAfter(delayMillis, delayMillis)).toBe(1);
      expect(callsAfter(delayMillis, delayMillis * 3 + 10)).toBe(1);
    },
  );

  it("of Infinity never calls back", () => {
    expect(callsAfter(Infinity, 5 * 2 ** 31)).toBe(0);
  });

  it.each([10, LONGEST + 10, Infinity])("of %d ms that was cleared never calls back", (delayMillis) => {
    const callback = vi.fn<() => void>();
    const timer = setTimer(callback, delayMillis);
    vi.advanceTimersByTime(Math.min(delayMillis, LONGEST + 10) - 1);
    timer.clear();
    vi.advanceTimersByTime(3 * 2 ** 31);
    expect(callback).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("within", () => {
  /** Whether it has resolved. */
  const watch = (work: Promise<unknown>): { done: boolean } => {
    const state = { done: false };
    void work.then(() => (state.done = true));
    return state;
  };

  it.each([0, 1, 15_000, LONGEST + 1])("waits %d ms for what never settles", async (millis) => {
    const state = watch(within(millis, new Promise(() => undefined)));
    await vi.advanceTimersByTimeAsync(Math.max(0, millis - 1));
    expect(state.done).toBe(millis === 0);
    await vi.advanceTimersByTimeAsync(1);
    expect(state.done).toBe(true);
  });

  it.each([
    ["resolved", async () => undefined],
    ["rejected", () => Promise.reject(new Error("no"))],
  ])("ends with what %s, and leaves no timer, not even of Infinity", async (_, work) => {
    await within(Infinity, work());
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("withDeadline", () => {
  it.each([0, 1, 15_000, LONGEST + 1])("gives up after %d ms, and aborts", async (millis) => {
    let signal: AbortSignal | undefined;
    const attempt = withDeadline(millis, true, (given) => {
      signal = given;
      return new Promise(() => undefined);
    });
    const failure = attempt.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(Math.max(0, millis - 1));
    expect(signal?.aborted).toBe(millis === 0);
    await vi.advanceTimersByTimeAsync(1);
    expect(signal?.reason).toBeInstanceOf(DeadlineExceeded);
    expect(await failure).toMatchObject({ code: "ETIMEDOUT", message: `no answer within ${millis} ms` });
  });

  it("gives what the attempt gave within Infinity, and leaves no timer", async () => {
    expect(await withDeadline(Infinity, true, async () => "answer")).toBe("answer");
    expect(vi.getTimerCount()).toBe(0);
  });
});
