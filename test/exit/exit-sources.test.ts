import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Judged } from "../../src/delivery/classify.ts";
import { BlockingSend } from "../../src/exit/blocking-send.ts";
import { ExitBudget } from "../../src/exit/exit-budget.ts";
import { type ExitCargo, type ExitSource, ExitSources } from "../../src/exit/exit-sources.ts";
import { grpc, http, OK } from "../delivery/simulation.ts";
import { collectLines } from "../support/fresh-process.ts";
import { job, type Rule, simulate } from "./simulated-worker.ts";
import { driveTime, releaseTime } from "../support/driven-time.ts";

/** A source of named spans: each request holds some of them. */
class Source implements ExitSource {
  readonly requests: string[][];
  readonly cargo: Partial<ExitCargo>;
  readonly waits: number[] = [];
  settled = 0;

  constructor(requests: string[][], cargo: Partial<ExitCargo> = {}) {
    this.requests = requests;
    this.cargo = cargo;
  }

  pendingSpans(): number {
    return this.requests.flat().length;
  }

  settledSpans(): number {
    return this.settled;
  }

  flush(timeoutMillis: number): Promise<unknown> {
    this.waits.push(timeoutMillis);
    return Promise.resolve();
  }

  takeForExit(): ExitCargo {
    const texts = this.requests.map((spans) => spans.join(" "));
    return { ...job(...texts), knownAway: false, ...this.cargo };
  }

  settleExit(answers: readonly (Judged | undefined)[]): boolean {
    const before = this.requests.splice(0);
    for (const [index, spans] of before.entries()) {
      const action = answers[index]?.verdict.action;
      if (action === "ack") this.settled += spans.length;
      else if (action === "split") this.requests.push(...spans.map((span) => [span]));
      else this.requests.push(spans);
    }
    return answers.some((judged) => judged?.verdict.action === "split");
  }

  explainPending(): string {
    return "the server is silent.";
  }
}

let lines: string[];
beforeEach(() => {
  lines = collectLines();
});
afterEach(() => {
  vi.restoreAllMocks();
  releaseTime();
});

const accept: Rule = () => OK;
const silent: Rule = () => undefined;

function start(rule: Rule, ...given: ExitSource[]) {
  const simulation = simulate(rule);
  let starts = 0;
  const sources = new ExitSources(() => {
    starts++;
    return simulation.send;
  }, simulation.budget);
  for (const source of given) sources.add(source, {});
  return { ...simulation, sources, starts: () => starts };
}

describe("at the end", () => {
  test("everything that all sources hold is delivered, and nothing is said", () => {
    const given = [new Source([["a", "b"], ["c"]]), new Source([["d"]])];
    const { sources, worker, time } = start(accept, ...given);
    sources.deliver();
    expect(worker.seen.map(({ text }) => text)).toEqual(["a b", "c", "d"]);
    expect(given.map((source) => source.pendingSpans())).toEqual([0, 0]);
    expect(sources.report()).toBe(false);
    expect({ lines, millis: time.millis }).toEqual({ lines: [], millis: 0 });
  });

  test("no worker is started for nothing", () => {
    const { sources, starts } = start(accept, new Source([]));
    sources.deliver();
    expect(starts()).toBe(0);
  });

  test("what a server wants smaller goes in another round", () => {
    const source = new Source([["a", "b"]]);
    const { sources, worker } = start(({ text }) => (text.includes(" ") ? http(413) : OK), source);
    sources.deliver();
    expect(worker.seen.map(({ text }) => text)).toEqual(["a b", "a", "b"]);
    expect(source.pendingSpans()).toBe(0);
  });

  test("a server that never finds it small enough is asked twelve times", () => {
    const { sources, worker } = start(() => http(413), new Source([["a"]]));
    sources.deliver();
    expect(worker.seen).toHaveLength(12);
  });

  test("what stayed behind is said in one line, each reason once", () => {
    const { sources, time } = start(silent, new Source([["a", "b"]]), new Source([["c"]]));
    sources.deliver();
    expect(sources.report()).toBe(true);
    expect(time.millis).toBe(2_000);
    expect(lines).toEqual([
      "PHX401 3 spans were not delivered before the process ended: the server is silent.",
    ]);
  });

  test("the time in vain of one delivery is missing in the next", () => {
    const { sources, time } = start(silent, new Source([["a"]]));
    sources.deliver();
    sources.deliver();
    expect(time.millis).toBe(2_000);
  });

  test("the rounds share the 10 s", () => {
    const source = new Source([["a", "b", "c", "d", "e", "f", "g", "h"], ["z"]]);
    const answers: Rule = ({ text }) => {
      if (text.includes(" ")) return http(413);
      return { answer: OK, afterMillis: text === "z" ? 1_900 : 1_500 * ("abcdefgh".indexOf(text) + 1) };
    };
    const { sources, time } = start(answers, source);
    sources.deliver();
    expect(time.millis).toBe(10_000);
    expect(source.settled).toBeGreaterThan(1);
    expect(source.pendingSpans()).toBeGreaterThan(0);
  });

  test.each([
    [[true, true], 500],
    [[true, false], 2_000],
  ])("half a second is enough only where every server is known to be away: %j", (away, millis) => {
    const given = away.map((knownAway, index) => new Source([[`${index}`]], { knownAway }));
    const { sources, time } = start(silent, ...given);
    sources.deliver();
    expect(time.millis).toBe(millis);
  });
});

describe("a source that fails costs no other its spans", () => {
  const fail = (): never => {
    throw new TypeError("broken, with a secret");
  };
  const withBroken = (broken: Partial<ExitSource>, spans = 3) => {
    const source = new Source([Array.from({ length: spans }, (_, index) => `bad-${index}`)]);
    return Object.assign(source, broken);
  };

  test.each<[string, Partial<ExitSource>]>([
    ["what it holds cannot be taken", { takeForExit: fail }],
    ["the answers cannot be given back", { settleExit: fail }],
    [
      "what it takes cannot be copied",
      {
        takeForExit: () => ({
          ...job("bad"),
          knownAway: false,
          routes: [{ ...job().routes[0]!, headers: { "x-key": fail as never } }],
        }),
      },
    ],
  ])("when %s, and is told in the last line", (_, broken) => {
    const [before, after] = [new Source([["a"]]), new Source([["b"], ["c"]])];
    const { sources } = start(accept, before, withBroken(broken), after);
    sources.deliver();
    expect([before.settled, after.settled]).toEqual([1, 2]);
    sources.report();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^PHX401 3 spans were not delivered before the process ended: the exit flush failed \((TypeError|DataCloneError)\)\. Report this as a bug of phoenix-otel\.$/,
    );
  });

  test.each<[string, Partial<ExitSource>, string]>([
    [
      "how much it holds is not known",
      { pendingSpans: fail },
      "PHX401 The exit flush failed (TypeError); spans may not have been delivered.",
    ],
    ["what was settled is not known", { settledSpans: fail }, ""],
    ["waiting for it fails at once", { flush: fail }, ""],
    ["waiting for it fails", { flush: () => Promise.reject(new TypeError("broken")) }, ""],
  ])("when %s", async (_, broken, said) => {
    const other = new Source([["a"], ["b"]]);
    const { sources } = start(accept, withBroken(broken, 1), other);
    await sources.flush();
    sources.sendNow();
    sources.deliver();
    expect(other.settled).toBe(2);
    sources.report();
    expect(lines.join("\n").startsWith(said)).toBe(true);
  });

  test("when it cannot say why", () => {
    const { sources } = start(silent, withBroken({ explainPending: fail }), new Source([["a"]]));
    sources.deliver();
    sources.report();
    expect(lines).toEqual([
      "PHX401 4 spans were not delivered before the process ended. 3 spans: the exit flush failed (TypeError). Report this as a bug of phoenix-otel. 1 span: the server is silent.",
    ]);
  });

  test("and is asked again at the next end of a process that goes on", () => {
    const source = withBroken({ takeForExit: fail });
    const { sources } = start(accept, source);
    sources.deliver();
    Reflect.deleteProperty(source, "takeForExit");
    sources.deliver();
    expect(source.settled).toBe(0);
    sources.outlive();
    sources.deliver();
    expect(source.settled).toBe(3);
  });
});

describe("a delivery that fails as a whole", () => {
  const broken = (): never => {
    throw new RangeError("broken");
  };

  test.each([
    ["as it starts", { start: broken }],
    ["as it is waited for", { wait: broken }],
  ])("%s gives every source its spans back", (_, failing) => {
    const { worker, budget } = simulate(silent);
    const source = new Source([["a"]]);
    const settled = vi.spyOn(source, "settleExit");
    const sources = new ExitSources(() => new BlockingSend(Object.assign(worker, failing), budget), budget);
    sources.add(source, {});
    sources.deliver();
    expect(settled).toHaveBeenCalledOnce();
    sources.report();
    expect(lines[0]).toContain(
      "1 span was not delivered before the process ended: the exit flush failed (RangeError)",
    );
  });
});

describe("at a signal", () => {
  test("a delivery that is quick is over at once", () => {
    const { sources, worker, time } = start(() => ({ answer: OK, afterMillis: 400 }), new Source([["a"]]));
    expect(sources.deliverHurried(500)).toBeUndefined();
    expect({ seen: worker.seen.length, millis: time.millis }).toEqual({ seen: 1, millis: 400 });
  });

  test("a slow one goes on while the event loop runs", async () => {
    const source = new Source([["a"]]);
    const { sources, time } = start(() => ({ answer: OK, afterMillis: 900 }), source);
    const rest = sources.deliverHurried(500);
    expect({ pending: source.pendingSpans(), millis: time.millis }).toEqual({ pending: 1, millis: 500 });
    await rest;
    expect({ pending: source.pendingSpans(), millis: time.millis }).toEqual({ pending: 0, millis: 900 });
    expect(lines).toEqual([]);
  });

  test("a silent server is given up before a supervisor kills, and told in one line", async () => {
    const { sources, time } = start(silent, new Source([["a"]]));
    await sources.deliverHurried(500);
    sources.report();
    expect(time.millis).toBe(1_200);
    expect(lines).toEqual([expect.stringMatching(/^PHX401 1 span was not delivered/)]);
  });

  test("spans that are still under way then are told", async () => {
    const source = new Source([["a"], ["b", "c"]]);
    const rule: Rule = ({ text }) => ({ answer: OK, afterMillis: text === "a" ? 1_000 : 2_000 });
    const { sources, time } = start(rule, source);
    await sources.deliverHurried(500);
    expect({ pending: source.pendingSpans(), millis: time.millis }).toEqual({ pending: 0, millis: 2_000 });
    expect(lines).toEqual([expect.stringMatching(/^PHX403 3 spans are still being delivered/)]);
  });

  test("a process that goes on has all of its time at its next end", async () => {
    const { sources, time } = start(silent, new Source([["a"]]));
    await sources.deliverHurried(500);
    sources.outlive();
    const startMillis = time.millis;
    sources.deliver();
    expect(time.millis - startMillis).toBe(2_000);
  });
});

describe("where no worker may run", () => {
  const refused = (error: unknown, source: Source): ExitSources => {
    const sources = new ExitSources(
      () => {
        throw error;
      },
      new ExitBudget(() => 0),
    );
    sources.add(source, {});
    return sources;
  };

  test("only waiting helps, and the line says what to do", () => {
    const denied = Object.assign(new Error("no"), { code: "ERR_ACCESS_DENIED" });
    const source = new Source([["a"]]);
    const sources = refused(denied, source);
    expect(sources.mustWait).toBe(false);
    sources.deliver();
    expect(sources.mustWait).toBe(true);
    expect(source.pendingSpans()).toBe(1);
    sources.report();
    expect(lines[0]).toMatch(/^PHX402 1 span was not delivered .*ERR_ACCESS_DENIED.*--allow-worker/);
  });

  test.each([
    ["MODULE_NOT_FOUND", /the part of phoenix-otel that delivers at exit cannot be loaded: no\. Restart/],
    ["EMFILE", /no file descriptors are left .*\(EMFILE\).*ulimit -n.* await provider\.shutdown\(\)/],
    ["ENOENT", /the working directory is gone.*\(ENOENT\).* await provider\.shutdown\(\)/],
    ["ERR_OTHER", /was refused \(ERR_OTHER\)\. Await provider\.shutdown\(\)/],
  ])("for %s, the line says why", (code, reason) => {
    const sources = refused(Object.assign(new Error("no"), { code }), new Source([["a"]]));
    sources.deliver();
    sources.report();
    expect(lines[0]).toMatch(/^PHX402 1 span was not delivered before the process ended: /);
    expect(lines[0]).toMatch(reason);
  });

  test("a process that goes on tries again", () => {
    const { send, worker } = simulate(accept);
    let isRefused = true;
    const sources = new ExitSources(
      () => {
        if (isRefused) throw new Error("no");
        return send;
      },
      new ExitBudget(() => 0),
    );
    sources.add(new Source([["a"]]), {});
    sources.deliver();
    isRefused = false;
    sources.outlive();
    sources.deliver();
    expect(worker.seen.map(({ text }) => text)).toEqual(["a"]);
  });
});

describe("a source that no worker can help", () => {
  test("has no route: the others are delivered, and only waiting helps", () => {
    const [foreign, other] = [new Source([["a"]], { routes: [] }), new Source([["b"]])];
    const { sources, worker } = start(accept, foreign, other);
    sources.deliver();
    expect(worker.seen.map(({ text }) => text)).toEqual(["b"]);
    expect(sources.mustWait).toBe(true);
  });

  test.each([
    [http(401), "401"],
    [http(403), "403"],
    [grpc(16, "no key"), "gRPC status 16"],
  ])("lacked the key that a function gives, until it is there", (answer, words) => {
    const routes = [{ ...job().routes[0]!, lacksHeaders: true }];
    const source = new Source([["a"]], { routes });
    let locked = true;
    const { sources } = start(() => (locked ? answer : OK), source);
    sources.deliver();
    expect(sources.mustWait).toBe(true);
    sources.report();
    expect(lines[0]).toContain(`had given nothing yet, and without it Phoenix answered ${words}. `);
    locked = false;
    routes[0]!.lacksHeaders = false;
    sources.deliver();
    expect(sources.mustWait).toBe(false);
    expect(source.settled).toBe(1);
  });

  test("is not one that was refused with the key it has", () => {
    const { sources } = start(() => http(401), new Source([["a"]]));
    sources.deliver();
    expect(sources.mustWait).toBe(false);
  });
});

describe("a natural end", () => {
  /** Sends one request each time it is waited for, in so many milliseconds. */
  class Slow extends Source {
    readonly #millis: number;

    constructor(spans: number, millis: number) {
      super(Array.from({ length: spans }, (_, index) => [`${index}`]));
      this.#millis = millis;
    }

    override async flush(timeoutMillis: number): Promise<void> {
      this.waits.push(timeoutMillis);
      await new Promise((resolve) => void setTimeout(resolve, this.#millis));
      if (this.requests.shift() !== undefined) this.settled++;
    }
  }

  /** Runs what waits with the time turned for it; gives how long that took. */
  const millisOf = async (work: () => Promise<unknown>): Promise<number> => {
    const startMillis = performance.now();
    const state = { isOver: false };
    void work().then(() => (state.isOver = true));
    while (!state.isOver) await vi.advanceTimersByTimeAsync(50);
    return performance.now() - startMillis;
  };

  const waiting = (source: ExitSource) => {
    driveTime(["performance"]);
    const budget = new ExitBudget();
    const { send } = simulate(silent);
    const sources = new ExitSources(() => send, budget);
    sources.add(source, {});
    return { sources, budget };
  };

  test("waits 1.5 s for a source that gets nowhere, once, and leaves half a second to the worker", async () => {
    const source = new Slow(1, 60_000);
    const { sources, budget } = waiting(source);
    expect(sources.worthWaiting).toBe(true);
    expect(await millisOf(() => sources.flush())).toBeCloseTo(1_500, -2);
    expect(sources.worthWaiting).toBe(false);
    expect(budget.round(false).idleMillis).toBeCloseTo(500, -2);
    expect(source.waits).toEqual([1_500]);
  });

  test("waits on while spans get through, for 10 s in all", async () => {
    const source = new Slow(100, 1_200);
    const { sources, budget } = waiting(source);
    expect(await millisOf(() => sources.flush())).toBeCloseTo(10_000, -2);
    expect(source.settled).toBe(8);
    expect(budget.isSpent).toBe(true);
  });

  test("has all of its time again when it got everything through", async () => {
    const source = new Slow(6, 1_400);
    const { sources, budget } = waiting(source);
    expect(await millisOf(() => sources.flush())).toBeCloseTo(8_400, -2);
    expect(budget.round(false)).toMatchObject({ idleMillis: 2_000, totalMillis: 10_000 });
    source.requests.push(["later"]);
    expect(sources.worthWaiting).toBe(true);
  });

  test("counts spans that end meanwhile as nothing that got through", async () => {
    const source = new Slow(1, 1_000);
    source.flush = async (timeoutMillis) => {
      source.waits.push(timeoutMillis);
      await new Promise((resolve) => void setTimeout(resolve, 1_000));
      source.requests.push(["another"]);
    };
    const { sources } = waiting(source);
    expect(await millisOf(() => sources.flush())).toBeCloseTo(1_000, -2);
    expect(source.waits).toHaveLength(1);
  });
});

test("sending now waits for nothing", () => {
  const [full, empty] = [new Source([["a"]]), new Source([])];
  const { sources, time, starts } = start(accept, full, empty);
  sources.sendNow();
  expect([full.waits, empty.waits, time.millis, starts()]).toEqual([[0], [], 0, 0]);
});

test("a process that goes on gets a new worker and all of its time", () => {
  const source = new Source([["a"]]);
  const { sources, worker, time, starts } = start(silent, source);
  sources.deliver();
  sources.outlive();
  expect(worker.isStopped).toBe(true);
  sources.deliver();
  expect([starts(), time.millis]).toEqual([2, 4_000]);
});
