// The package's own time in the hands of a test. Fake timers alone do not reach it: that is what it is for.
import { vi } from "vitest";
import { processKey } from "../../src/process-slot.ts";
import type { RealTime } from "../../src/real-time.ts";
import "../../src/real-time.ts";

/** What vitest's fake timers replace beside what is driven. */
type Faked = NonNullable<NonNullable<Parameters<typeof vi.useFakeTimers>[0]>["toFake"]>;

let restore = (): void => undefined;

/** Makes the package keep the time of vitest's fake timers until {@link releaseTime}, which a test calls in the end. */
export function driveTime(alsoFaked: Faked = []): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", ...alsoFaked] });
  const time = (globalThis as unknown as Record<symbol, RealTime>)[processKey("real-time", 1)]!;
  const real = { ...time };
  restore = () => void Object.assign(time, real);
  const driven: Partial<RealTime> = {
    nowMillis: () => performance.now(),
    startTimer(callback, delayMillis) {
      const timer = setTimeout(callback, delayMillis);
      return { clear: () => clearTimeout(timer), hold: () => undefined };
    },
  };
  Object.assign(time, driven);
}

/** Gives the package, and the program, their own time back. */
export function releaseTime(): void {
  vi.useRealTimers();
  restore();
}
