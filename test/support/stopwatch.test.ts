import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { startStopwatch } from "./stopwatch.ts";

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
