import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/delivery/sender.ts";
import { grpc, http, idsIn, network, OK, type Rule, Simulation, span, sumOf } from "./simulation.ts";

// Random histories of a program and a server. What must hold at every moment, and in the end.

/** Faults that pass: nothing may be dropped for them. */
const PASSING: readonly Answer[] = [
  network("ECONNREFUSED"),
  network("ECONNRESET", "read ECONNRESET", true),
  network("ENOTFOUND"),
  network("ETIMEDOUT"),
  ...[408, 425, 429, 500, 502, 503, 504, 507, 522].map((status) => http(status)),
  http(429, { retryAfterMillis: 5000 }),
  http(503, { retryAfterMillis: 0 }),
  ...[1, 2, 4, 8, 10, 11, 13, 14, 15].map((code) => grpc(code)),
  ...[302, 401, 403, 404, 405, 407, 415].map((status) => http(status)),
  http(200, { isPage: true }),
  ...[7, 12, 16].map((code) => grpc(code)),
  network("CERT_HAS_EXPIRED"),
];

const passing = fc.constantFrom(...PASSING);

/** Without the answers a broken span gives too: one that gets them in turn with others looks broken. */
const telling = fc.constantFrom(
  ...PASSING.filter(
    (answer) =>
      !(answer.kind === "http" && answer.status === 500) &&
      !(answer.kind === "grpc" && (answer.code === 2 || answer.code === 13)),
  ),
);

/** What the server does until told otherwise. */
const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.constant<Rule>(() => OK),
  fc.nat({ max: 3000 }).map<Rule>((afterMillis) => () => ({ answer: OK, afterMillis })),
  fc.constant<Rule>(() => undefined),
  fc.tuple(passing, fc.nat({ max: 2000 })).map<Rule>(([answer, afterMillis]) => () => ({
    answer,
    afterMillis,
  })),
  fc.array(fc.oneof(telling, fc.constant(OK)), { minLength: 2, maxLength: 5 }).map<Rule>((answers) => {
    let turn = 0;
    return () => answers[turn++ % answers.length];
  }),
  fc.integer({ min: 70_000, max: 600_000 }).map<Rule>(
    (limit) =>
      ({ bytes }) =>
        bytes > limit ? http(413) : OK,
  ),
);

type Step =
  | { do: "add"; count: number; size: number }
  | { do: "turn"; millis: number }
  | { do: "rule"; rule: Rule }
  | { do: "flush"; millis: number }
  | { do: "exit"; acknowledged: boolean[] };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("add" as const),
      count: fc.integer({ min: 1, max: 120 }),
      size: fc.oneof(fc.integer({ min: 8, max: 3000 }), fc.integer({ min: 8, max: 60_000 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("turn" as const),
      millis: fc.oneof(fc.nat({ max: 1500 }), fc.nat({ max: 100_000 })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("rule" as const), rule }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("flush" as const), millis: fc.nat({ max: 8000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("exit" as const),
      acknowledged: fc.array(fc.boolean(), { maxLength: 6 }),
    }),
  },
);

const options = fc.record({
  immediate: fc.boolean(),
  maxQueueBytes: fc.constantFrom(100_000, 2_000_000, 64 * 1024 * 1024),
  batchBytes: fc.constantFrom(10_000, 512 * 1024),
  maxBatchItems: fc.constantFrom(1, 7, Infinity),
});

/** What must hold whenever nobody is in the middle of something. */
function checkInvariants(world: Simulation, given: number, maxQueueBytes: number): void {
  const stats = world.delivery.stats();
  expect(sumOf(stats)).toBe(given);
  expect(stats.emitted).toBe(given);
  for (const count of [stats.queued, stats.inFlight, stats.delivered])
    expect(count).toBeGreaterThanOrEqual(0);
  expect(stats.heldBytes).toBeGreaterThanOrEqual(0);
  expect(stats.heldBytes).toBeLessThanOrEqual(maxQueueBytes);
  expect(stats.heldBytes > 0).toBe(stats.queued + stats.inFlight > 0);
  expect(world.discarded).toBe(given - stats.queued - stats.inFlight);
  expect(world.misuse).toEqual([]);
}

/** A world's history so far: what was given to delivery, and what it has to do about flushes. */
class History {
  given = 0;
  /** Ids that were acknowledged at an exit. */
  readonly acknowledged = new Set<number>();
  readonly #world: Simulation;
  readonly #flushes = new Set<{ until: number }>();

  constructor(world: Simulation) {
    this.#world = world;
  }

  /** Flushes whose time is over and that did not resolve. */
  get lateFlushes(): number {
    return [...this.#flushes].filter(({ until }) => until <= this.#world.clock.now()).length;
  }

  /** Plays one step; `look` is called before anything that it set off has run. */
  async play(current: Step, look = (): void => {}): Promise<void> {
    const { delivery, clock } = this.#world;
    if (current.do === "add") {
      for (let i = 0; i < current.count; i++) delivery.add(span(this.given++, current.size));
    } else if (current.do === "turn") {
      await clock.advance(current.millis);
    } else if (current.do === "rule") {
      this.#world.rule = current.rule;
    } else if (current.do === "flush") {
      const flush = { until: clock.now() + current.millis };
      this.#flushes.add(flush);
      void delivery.flush(current.millis).then(() => this.#flushes.delete(flush));
    } else {
      const requests = delivery.takeForExit();
      for (const [index, request] of requests.entries()) {
        if (current.acknowledged.at(index)) for (const id of idsIn(request)) this.acknowledged.add(id);
      }
      this.#world.settleExit(current.acknowledged.map((is) => (is ? OK : undefined)));
    }
    look();
    await clock.advance(0);
  }
}

describe("delivery, whatever happens", () => {
  it("accounts for every span, keeps its bounds and delivers all it took once the server is well", async () => {
    await fc.assert(
      fc.asyncProperty(options, fc.array(step, { minLength: 3, maxLength: 40 }), async (chosen, steps) => {
        const world = new Simulation(chosen);
        world.maxRequestBytes = 700_000;
        const history = new History(world);
        for (const current of steps) {
          await history.play(current, () => checkInvariants(world, history.given, chosen.maxQueueBytes));
          expect(history.lateFlushes).toBe(0);
        }
        const { given, acknowledged } = history;
        expect(world.mostUnderWay).toBeLessThanOrEqual((chosen.immediate ? 1 : 2) + 4 + 2 * exits(steps));
        for (const { bytes } of world.requests) expect(bytes).toBeLessThanOrEqual(700_000);

        // The server is well again: everything that was taken arrives, the latest after a blocked minute
        // and an attempt that was hanging.
        world.rule = () => OK;
        await world.clock.advance(400_000);
        const stats = world.delivery.stats();
        checkInvariants(world, given, chosen.maxQueueBytes);
        expect(stats).toMatchObject({ queued: 0, inFlight: 0 });
        expect(stats.dropped).toMatchObject({ rejected: 0, too_large: 0, partial_success: 0, shutdown: 0 });
        const reached = new Set([...world.arrived, ...acknowledged]);
        expect(reached.size).toBe(stats.delivered);
        expect(stats.delivered + stats.dropped.queue_full).toBe(given);

        const done = world.delivery.shutdown();
        await world.clock.advance(0);
        await done;
        world.delivery.add(span(given));
        checkInvariants(world, given + 1, chosen.maxQueueBytes);
        expect(world.clock.holding).toBe(0);
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  it("drops exactly the spans that a server refuses, and the others arrive", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 399 }), { maxLength: 6 }),
        fc.constantFrom(http(400), http(422), grpc(3), grpc(9)),
        fc.array(fc.oneof(telling, fc.constant(OK)), { maxLength: 6 }),
        async (broken, refusal, troubles) => {
          const world = new Simulation();
          let turn = 0;
          world.rule = ({ hasBroken }) => troubles[turn++] ?? (hasBroken ? refusal : OK);
          for (let id = 0; id < 400; id++) world.delivery.add(span(id, 500, broken.includes(id)));
          await world.clock.advance(900_000);
          const stats = world.delivery.stats();
          const lucky = broken.filter((id) => world.arrived.includes(id));
          const refused = new Set(broken.filter((id) => !lucky.includes(id)));
          expect(stats.dropped.rejected).toBe(refused.size);
          expect(new Set(world.arrived).size).toBe(400 - refused.size);
          expect(sumOf(stats)).toBe(400);
        },
      ),
      { numRuns: 200 },
    );
  }, 120_000);

  const middle = fc.array(step, { maxLength: 15 });

  it("settles every span and resolves when it is shut down in the middle of anything", async () => {
    await fc.assert(
      fc.asyncProperty(middle, middle, fc.nat({ max: 5000 }), async (before, after, timeout) => {
        const world = new Simulation();
        const history = new History(world);
        for (const current of before) await history.play(current);
        let resolved = false;
        const until = world.clock.now() + timeout;
        void world.delivery.shutdown(timeout).then(() => (resolved = true));
        for (const current of after) {
          await history.play(current);
          expect(sumOf(world.delivery.stats())).toBe(history.given);
        }
        await world.clock.advance(Math.max(0, until - world.clock.now()));
        expect(resolved).toBe(true);
        expect(history.lateFlushes).toBe(0);
        const stats = world.delivery.stats();
        expect(sumOf(stats)).toBe(history.given);
        expect(stats).toMatchObject({ queued: 0, inFlight: 0, heldBytes: 0 });
        expect(world.discarded).toBe(history.given);
        expect(world.misuse).toEqual([]);
        expect(world.closed).toBe(true);
        const requests = world.requests.length;
        await world.clock.advance(600_000);
        expect(world.requests).toHaveLength(requests);
        expect(world.delivery.stats()).toEqual(stats);
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});

const exits = (steps: readonly Step[]): number => steps.filter((current) => current.do === "exit").length;
