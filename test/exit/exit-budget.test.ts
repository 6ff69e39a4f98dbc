import { describe, expect, test } from "vitest";
import { EXIT_POLICY, ExitBudget } from "../../src/exit/exit-budget.ts";
import { SimulatedTime } from "./simulated-worker.ts";

const start = (): {
  time: SimulatedTime;
  budget: ExitBudget;
  hold: (millis: number, helped: boolean) => void;
  wait: (millis: number, helped: boolean) => void;
} => {
  const time = new SimulatedTime();
  const budget = new ExitBudget(time.now);
  const hold = (millis: number, helped: boolean): void => {
    const sinceMillis = time.millis;
    time.millis += millis;
    budget.held(sinceMillis, helped);
  };
  const wait = (millis: number, helped: boolean): void => {
    const sinceMillis = time.millis;
    time.millis += millis;
    budget.waited(sinceMillis, helped);
  };
  return { time, budget, hold, wait };
};

test("the bounds are those that the documentation names", () => {
  expect(EXIT_POLICY).toMatchObject({
    idleMillis: 2_000,
    awayMillis: 500,
    totalMillis: 10_000,
    naturalMillis: 1_500,
  });
});

describe("a round", () => {
  test("has 2 s in which nothing gets through, and 10 s in all", () => {
    expect(start().budget.round(false)).toEqual({ idleMillis: 2_000, totalMillis: 10_000, isPatient: true });
  });

  test("has half a second, and no patience with the worker, when the servers are away", () => {
    expect(start().budget.round(true)).toEqual({ idleMillis: 500, totalMillis: 10_000, isPatient: false });
  });

  test("has what the time in vain before it has left", () => {
    const { budget, hold } = start();
    hold(1_700, false);
    expect(budget.round(false)).toEqual({ idleMillis: 300, totalMillis: 8_300, isPatient: true });
    expect(budget.round(true).idleMillis).toBe(300);
    expect(budget.isSpent).toBe(false);
  });

  test("has all of the 2 s again after time in which something got through, and less of the 10 s", () => {
    const { budget, hold } = start();
    hold(1_700, false);
    hold(5_300, true);
    expect(budget.round(false)).toEqual({ idleMillis: 2_000, totalMillis: 3_000, isPatient: true });
    hold(2_500, true);
    expect(budget.round(false)).toEqual({ idleMillis: 500, totalMillis: 500, isPatient: true });
  });

  test.each([
    [2_000, false],
    [10_000, true],
    [10_500, true],
  ])("has no time after %i ms, helped: %s", (millis, helped) => {
    const { budget, hold } = start();
    hold(millis, helped);
    expect(budget.isSpent).toBe(true);
  });
});

describe("a natural end", () => {
  test("waits 1.5 s at a time, and leaves the rest to the worker", () => {
    const { budget, wait } = start();
    expect(budget.waitMillis).toBe(1_500);
    wait(1_500, false);
    expect(budget.round(false).idleMillis).toBe(500);
  });

  test.each([
    [300, 500],
    [1_200, 500],
    [1_700, 300],
    [2_000, 0],
  ])("leaves the worker as much after a round of %i ms in vain, where it has it: %i ms", (round, left) => {
    const { budget, hold, wait } = start();
    hold(round, false);
    wait(1_500, false);
    expect(budget.round(false).idleMillis).toBe(left);
  });

  test("waits no longer than the 10 s have left", () => {
    const { budget, hold } = start();
    hold(9_200, true);
    expect(budget.waitMillis).toBe(800);
    hold(900, true);
    expect(budget.waitMillis).toBe(0);
  });
});

test("a process that goes on has all of the time at its next end", () => {
  const { budget, hold } = start();
  hold(1_900, false);
  hold(8_100, true);
  budget.renew();
  expect(budget.round(false)).toEqual({ idleMillis: 2_000, totalMillis: 10_000, isPatient: true });
  expect(budget.waitMillis).toBe(1_500);
});
