import { describe, expect, test } from "vitest";
import { http, OK, refused } from "../delivery/simulation.ts";
import { job, type Rule, simulate } from "./simulated-worker.ts";

const silent: Rule = () => undefined;
const slow =
  (afterMillis: number): Rule =>
  () => ({ answer: OK, afterMillis });

/** How long one delivery of three requests holds the thread, and what it achieves. */
function hold(
  rule: Rule,
  { startsAfterMillis = 0, away = false } = {},
): { millis: number; accepted: number } {
  const { time, budget, send } = simulate(rule, { startsAfterMillis });
  const { accepted } = send.deliver([job("a", "b", "c")], budget.round(away));
  return { millis: time.millis, accepted };
}

describe("the thread is held", () => {
  test("as long as the answers take", () => {
    expect(hold(slow(700))).toEqual({ millis: 700, accepted: 3 });
  });

  test("for 2 s by a silent server", () => {
    expect(hold(silent)).toEqual({ millis: 2_000, accepted: 0 });
  });

  test("for half a second by a server that is known to be away", () => {
    expect(hold(silent, { away: true })).toEqual({ millis: 500, accepted: 0 });
  });

  test("for no time by a server that refuses", () => {
    expect(hold(() => refused)).toEqual({ millis: 0, accepted: 0 });
  });

  test("for no time by a server that wants to be asked in a minute", () => {
    expect(hold(() => http(429, { retryAfterMillis: 60_000 }))).toEqual({ millis: 0, accepted: 0 });
  });

  test("2 s longer by every request that is taken", () => {
    const rule: Rule = ({ text }) => {
      if (text === "a") return { answer: OK, afterMillis: 1_900 };
      return text === "b" ? { answer: OK, afterMillis: 3_800 } : undefined;
    };
    expect(hold(rule)).toEqual({ millis: 5_800, accepted: 2 });
  });

  test("for 10 s in all, however many are taken", () => {
    const rule: Rule = ({ text }) => ({ answer: OK, afterMillis: Number(text) });
    const { time, budget, send } = simulate(rule);
    const texts = Array.from({ length: 40 }, (_, index) => String(index * 500));
    expect(send.deliver([job(...texts)], budget.round(false)).accepted).toBe(21);
    expect(time.millis).toBe(10_000);
  });

  test("no longer by answers that take nothing", () => {
    const rule: Rule = ({ text }) => (text === "a" ? { answer: http(400), afterMillis: 1_900 } : undefined);
    expect(hold(rule)).toEqual({ millis: 2_000, accepted: 0 });
  });
});

describe("a worker that starts late", () => {
  test.each([300, 1_700, 1_999])("after %i ms still delivers", (startsAfterMillis) => {
    expect(hold(slow(900), { startsAfterMillis }).accepted).toBe(3);
  });

  test("leaves a silent server 1 s, 3 s in all", () => {
    expect(hold(silent, { startsAfterMillis: 1_700 }).millis).toBe(2_700);
    expect(hold(silent, { startsAfterMillis: 1_999 }).millis).toBe(2_999);
  });

  test("takes nothing of the 2 s while it is early", () => {
    expect(hold(silent, { startsAfterMillis: 200 }).millis).toBe(2_000);
  });

  test("and never holds the thread for 2 s", () => {
    expect(hold(slow(0), { startsAfterMillis: 60_000 })).toEqual({ millis: 2_000, accepted: 0 });
  });

  test("is not waited for where the server is known to be away", () => {
    expect(hold(slow(0), { startsAfterMillis: 800, away: true })).toEqual({ millis: 500, accepted: 0 });
    expect(hold(silent, { startsAfterMillis: 300, away: true })).toEqual({ millis: 500, accepted: 0 });
  });

  test("is no reason to wait in the next round", () => {
    const { time, budget, send } = simulate(silent, { startsAfterMillis: 100 });
    send.deliver([job("a")], budget.round(false));
    const startMillis = time.millis;
    send.deliver([job("a")], { ...budget.round(false), idleMillis: 300 });
    expect(time.millis - startMillis).toBe(300);
  });
});

describe("a request", () => {
  test("goes again after its pause, while others are under way", () => {
    const rule: Rule = ({ text, earlier }) => {
      if (text === "b") return { answer: OK, afterMillis: 400 };
      return earlier < 2 ? http(503) : OK;
    };
    const { time, budget, worker, send } = simulate(rule);
    expect(send.deliver([job("a", "b")], budget.round(false)).accepted).toBe(2);
    expect(worker.seen.filter(({ text }) => text === "a").map(({ atMillis }) => atMillis)).toEqual([
      0, 50, 150,
    ]);
    expect(time.millis).toBe(400);
  });

  test("goes again when the server asked for it, if that is in time", () => {
    const rule: Rule = ({ earlier }) => (earlier === 0 ? http(503, { retryAfterMillis: 1_200 }) : OK);
    const { budget, worker, send } = simulate(rule);
    send.deliver([job("a")], budget.round(false));
    expect(worker.seen.map(({ atMillis }) => atMillis)).toEqual([0, 1_200]);
  });

  test("that fails as if it had a broken span goes more seldom once it is part of one that did", () => {
    const { budget, worker, send } = simulate(() => http(500));
    send.deliver([job("whole")], budget.round(false));
    send.deliver([job("half", "other half")], budget.round(false));
    const times = (wanted: string): number => worker.seen.filter(({ text }) => text === wanted).length;
    expect([times("whole"), times("half"), times("other half")]).toEqual([5, 2, 2]);
  });

  test("of an earlier round is not taken for one of this", () => {
    const late: Rule = ({ text }) =>
      text === "late" ? { answer: http(400), afterMillis: 2_500 } : undefined;
    const { budget, send } = simulate(late);
    send.deliver([job("late")], budget.round(false));
    expect(send.deliver([job("silent")], budget.round(false)).answers).toEqual([[undefined]]);
  });
});

test("a job that cannot be copied into the worker costs no other its requests", () => {
  const { budget, send } = simulate(slow(0));
  const broken = job("a", "b");
  Object.assign(broken.routes[0]!.headers, { "x-key": () => "no text" });
  const { answers, accepted, failures } = send.deliver([broken, job("c")], budget.round(false));
  expect(accepted).toBe(1);
  expect(answers).toMatchObject([[undefined, undefined], [{ verdict: { action: "ack" } }]]);
  expect([...failures].map(([at, error]) => [at, (error as Error).name])).toEqual([[0, "DataCloneError"]]);
});
