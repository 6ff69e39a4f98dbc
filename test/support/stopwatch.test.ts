import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { leastMillis, startStopwatch } from "./stopwatch.ts";

test("counts what a program waits", async () => {
  const stopwatch = startStopwatch();
  await wait(300);
  expect(stopwatch.millis()).toBeGreaterThan(30);
});

test("does not count the time in which this process does not get to run", async () => {
  const stopwatch = startStopwatch();
  // As if something else ran on its core.
  const until = performance.now() + 500;
  while (performance.now() < until);
  expect(stopwatch.millis()).toBeLessThan(100);
});

test("gives the first measurement under the bound, else the least of five", async () => {
  const giving = (...millis: number[]) => leastMillis(10, async () => millis.shift() ?? NaN);
  expect(await giving(30, 9, 1)).toBe(9);
  expect(await giving(30, 20, 40, 50, 60, 1)).toBe(20);
});
