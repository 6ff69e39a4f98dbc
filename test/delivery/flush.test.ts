import { describe, expect, it } from "vitest";
import { grpc, http, idsIn, OK, refused, Simulation, span, sumOf } from "./simulation.ts";

const SECOND = 1000;
const ids = (count: number): number[] => Array.from({ length: count }, (_, id) => id);

/** Whether a promise is settled once the microtasks have run. */
async function settled(world: Simulation, promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await world.clock.advance(0);
  return done;
}

/** A server that took a span and is away now. */
async function outage(): Promise<Simulation> {
  const world = new Simulation();
  world.add(9000, 1);
  await world.clock.advance(SECOND);
  expect(world.arrived).toEqual([9000]);
  world.rule = () => refused;
  return world;
}

describe("flush", () => {
  it("sends what waits at once and resolves when it is taken, in-flight requests included", async () => {
    const world = new Simulation();
    world.rule = () => ({ answer: OK, afterMillis: 800 });
    world.add(0, 1200, 1000);
    await world.clock.advance(100);
    expect(world.delivery.stats().inFlight).toBeGreaterThan(0);
    const flushed = world.delivery.flush();
    await world.clock.advance(1400);
    expect(await settled(world, flushed)).toBe(false);
    await world.clock.advance(200);
    expect(await flushed).toEqual({ delivered: 1200, pending: 0, dropped: 0 });
    expect(world.arrived).toHaveLength(1200);
  });

  it("resolves at its deadline when the server is away, and says what is left", async () => {
    const world = await outage();
    world.add(0, 10);
    const flushed = world.delivery.flush(1500);
    await world.clock.advance(1499);
    expect(await settled(world, flushed)).toBe(false);
    await world.clock.advance(1);
    expect(await flushed).toEqual({ delivered: 0, pending: 10, dropped: 0 });
    await world.clock.advance(0);
    expect(world.codes).toEqual(["PHX302"]);
  });

  it("resolves at its deadline when the server does not answer", async () => {
    const world = new Simulation();
    world.rule = () => undefined;
    world.add(0, 10);
    const flushed = world.delivery.flush(2000);
    await world.clock.advance(2000);
    expect(await flushed).toEqual({ delivered: 0, pending: 10, dropped: 0 });
    expect(world.delivery.stats()).toMatchObject({ inFlight: 10 });
  });

  it("waits 10 s unless it is told otherwise", async () => {
    const world = await outage();
    world.add(0, 1);
    const flushed = world.delivery.flush();
    await world.clock.advance(9999);
    expect(await settled(world, flushed)).toBe(false);
    await world.clock.advance(1);
    expect(await settled(world, flushed)).toBe(true);
  });

  it("does not wait for a server that was never there", async () => {
    const world = new Simulation();
    world.rule = () => refused;
    world.add(0, 10);
    const flushed = world.delivery.flush();
    await world.clock.advance(1);
    expect(await flushed).toEqual({ delivered: 0, pending: 10, dropped: 0 });
    world.rule = () => OK;
    await world.clock.advance(3 * SECOND);
    expect(world.arrived).toHaveLength(10);
  });

  it("does not wait for a server that never said a word, once a look that came after the call failed", async () => {
    const world = new Simulation();
    world.rule = () => undefined;
    world.add(0, 10);
    await world.clock.advance(11 * SECOND);
    expect(world.delivery.stats()).toMatchObject({ inFlight: 10 });
    const flushed = world.delivery.flush();
    await world.clock.advance(2 * SECOND);
    expect(await flushed).toEqual({ delivered: 0, pending: 10, dropped: 0 });
    expect(world.said).toEqual([expect.stringContaining("10 spans wait")]);
  });

  it("succeeds when the server comes back in time", async () => {
    const world = await outage();
    world.add(0, 10);
    await world.clock.advance(30 * SECOND);
    const flushed = world.delivery.flush();
    await world.clock.advance(4 * SECOND);
    world.rule = () => OK;
    await world.clock.advance(3 * SECOND);
    expect(await flushed).toEqual({ delivered: 10, pending: 0, dropped: 0 });
  });

  it("does not wait for spans that end after the call", async () => {
    const world = new Simulation();
    world.rule = () => ({ answer: OK, afterMillis: 100 });
    world.add(0, 10);
    const flushed = world.delivery.flush();
    let next = 10;
    for (let turn = 0; turn < 15; turn++) {
      world.add(next++, 1);
      await world.clock.advance(10);
    }
    expect(await flushed).toMatchObject({ delivered: 10, pending: 0 });
    expect(world.delivery.stats().queued).toBeGreaterThan(0);
  });

  it("resolves at once when nothing waits", async () => {
    const world = new Simulation();
    expect(await world.delivery.flush()).toEqual({ delivered: 0, pending: 0, dropped: 0 });
    expect(world.requests).toHaveLength(0);
  });

  it.each([0, 1, 30 * 3_600_000, Infinity])("keeps a bound of %s ms", async (timeoutMillis) => {
    const world = await outage();
    world.rule = () => http(429, { retryAfterMillis: 300 * SECOND });
    world.add(0, 10);
    let result: unknown;
    void world.delivery.flush(timeoutMillis).then((flushed) => (result = flushed));
    const left = { delivered: 0, pending: 10, dropped: 0 };
    const resultAfter = async (millis: number): Promise<unknown> => {
      await world.clock.advance(millis);
      return result;
    };
    expect(await resultAfter(1)).toEqual(timeoutMillis <= 1 ? left : undefined);
    expect(await resultAfter(29 * 3_600_000)).toEqual(timeoutMillis <= 1 ? left : undefined);
    expect(await resultAfter(3_600_000)).toEqual(timeoutMillis < Infinity ? left : undefined);
    world.rule = () => OK;
    const delivered = { delivered: 10, pending: 0, dropped: 0 };
    expect(await resultAfter(300 * SECOND)).toEqual(timeoutMillis < Infinity ? left : delivered);
  });

  it("may be called by many at once, each with its own deadline", async () => {
    const world = await outage();
    world.add(0, 10);
    const flushes = [1000, 2000, 8000].map((timeout) => world.delivery.flush(timeout));
    await world.clock.advance(3 * SECOND);
    world.rule = () => OK;
    await world.clock.advance(3 * SECOND);
    const results = await Promise.all(flushes);
    expect(results.map(({ pending }) => pending)).toEqual([10, 10, 0]);
  });

  it("counts the spans that were given up while it lasted", async () => {
    const world = new Simulation();
    world.rule = ({ hasBroken }) => (hasBroken ? http(400) : OK);
    for (let id = 0; id < 6; id++) world.delivery.add(span(id, 100, id < 4));
    const flushed = world.delivery.flush();
    await world.clock.advance(SECOND);
    expect(await flushed).toEqual({ delivered: 2, pending: 0, dropped: 4 });
  });

  it("keeps the process alive until it is over, and nothing else does", async () => {
    const world = await outage();
    world.add(0, 10);
    await world.clock.advance(SECOND);
    expect(world.clock.holding).toBe(0);
    void world.delivery.flush(3000);
    await world.clock.advance(1500);
    expect(world.clock.holding).toBeGreaterThan(1);
    await world.clock.advance(3000);
    expect(world.clock.holding).toBe(0);
    await world.clock.advance(3000);
    expect(world.clock.holding).toBe(0);
  });
});

describe("shutdown", () => {
  // The Collector's TestMemoryQueueDrainWhenShutdown, TestQueueBatch_DrainActiveRequests and TestPartitionBatcher_Shutdown.
  it("delivers queued, half-filled and in-flight requests, then closes the sender", async () => {
    const world = new Simulation();
    world.rule = () => ({ answer: OK, afterMillis: 300 });
    world.add(0, 1100, 1000);
    await world.clock.advance(100);
    world.add(1100, 5);
    const done = world.delivery.shutdown();
    await world.clock.advance(SECOND);
    await done;
    expect(world.arrived.toSorted((a, b) => a - b)).toEqual(ids(1105));
    expect(world.closed).toBe(true);
    expect(world.said).toEqual([]);
  });

  it("resolves at its deadline with the server away, counts the loss and says it", async () => {
    const world = await outage();
    world.add(0, 10);
    const done = world.delivery.shutdown(2000);
    await world.clock.advance(2000);
    await done;
    expect(world.delivery.stats()).toMatchObject({ queued: 0, inFlight: 0, heldBytes: 0 });
    expect(world.delivery.stats().dropped).toMatchObject({ shutdown: 10 });
    expect(world.said.at(-1)).toMatch(
      /^PHX318 10 spans were not delivered before shutdown\(\) ended: .*http:\/\/localhost:6006\/v1\/traces \(from PHOENIX_COLLECTOR_ENDPOINT\): it refused the connection.*Check PHOENIX_COLLECTOR_ENDPOINT\.$/,
    );
    expect(world.closed).toBe(true);
    const requests = world.requests.length;
    await world.clock.advance(600 * SECOND);
    expect(world.requests).toHaveLength(requests);
  });

  it.each([0, 15 * SECOND, Infinity])("waits as long as it is told: %s ms", async (timeoutMillis) => {
    const world = await outage();
    world.add(0, 10);
    const done = world.delivery.shutdown(timeoutMillis);
    await world.clock.advance(1);
    expect(await settled(world, done)).toBe(timeoutMillis === 0);
    await world.clock.advance(14 * SECOND);
    expect(world.closed).toBe(timeoutMillis === 0);
    await world.clock.advance(2 * SECOND);
    expect(world.closed).toBe(timeoutMillis < Infinity);
    world.rule = () => OK;
    await world.clock.advance(3 * SECOND);
    expect(world.closed).toBe(true);
    expect(world.delivery.stats().dropped.shutdown).toBe(timeoutMillis < Infinity ? 10 : 0);
  });

  it("does not keep a flush beside it from its own bound, and ends one that waits longer", async () => {
    const world = await outage();
    world.add(0, 10);
    const done = world.delivery.shutdown(5 * SECOND);
    const [short, long] = [world.delivery.flush(SECOND), world.delivery.flush(60 * SECOND)];
    await world.clock.advance(SECOND);
    expect(await settled(world, short)).toBe(true);
    expect(await settled(world, long)).toBe(false);
    await world.clock.advance(4 * SECOND);
    expect(await settled(world, done)).toBe(true);
    expect(await settled(world, long)).toBe(true);
    expect(await long).toEqual({ delivered: 0, pending: 0, dropped: 10 });
  });

  // The Collector's TestQueueBatchStopWhileWaiting and TestRetrySenderWithCancelledContext.
  it("wakes a wait between attempts", async () => {
    const world = new Simulation();
    world.rule = () => http(500);
    world.add(0, 10);
    await world.clock.advance(100 * SECOND);
    world.rule = () => OK;
    const done = world.delivery.shutdown();
    await world.clock.advance(0);
    await done;
    expect(world.arrived).toHaveLength(10);
  });

  // The same, where waking it is of no use.
  it("does not wait for a Retry-After that is later than its deadline, and does not send before it", async () => {
    const world = new Simulation();
    world.rule = () => http(429, { retryAfterMillis: 60 * SECOND });
    world.add(0, 10);
    await world.clock.advance(SECOND);
    const done = world.delivery.shutdown(2000);
    await world.clock.advance(1999);
    expect(await settled(world, done)).toBe(false);
    await world.clock.advance(1);
    expect(await settled(world, done)).toBe(true);
    expect(world.delivery.stats().dropped).toMatchObject({ shutdown: 10 });
    await world.clock.advance(600 * SECOND);
    expect(world.requests).toHaveLength(1);
  });

  it("ignores an answer that comes after it gave up", async () => {
    const world = new Simulation();
    world.rule = () => ({ answer: OK, afterMillis: 5000 });
    world.add(0, 10);
    const done = world.delivery.shutdown(1000);
    await world.clock.advance(10 * SECOND);
    await done;
    expect(world.delivery.stats()).toMatchObject({ delivered: 0, heldBytes: 0 });
    expect(sumOf(world.delivery.stats())).toBe(10);
  });

  it("is done once, and a flush after it resolves", async () => {
    const world = new Simulation();
    world.add(0, 1);
    const first = world.delivery.shutdown();
    expect(world.delivery.shutdown()).toBe(first);
    await world.clock.advance(SECOND);
    await first;
    expect(await world.delivery.flush()).toEqual({ delivered: 0, pending: 0, dropped: 0 });
  });

  it("counts spans that end later, and says so once", async () => {
    const world = new Simulation();
    const done = world.delivery.shutdown();
    world.add(0, 3);
    await done;
    world.add(3, 2);
    expect(world.delivery.stats()).toMatchObject({ emitted: 5, queued: 0 });
    expect(world.delivery.stats().dropped).toMatchObject({ after_shutdown: 5 });
    expect(world.codes).toEqual(["PHX315"]);
  });
});

describe("the flush before an exit", () => {
  it("resolves as soon as the server turns out to be away, and says nothing", async () => {
    const world = new Simulation();
    world.rule = () => refused;
    world.add(0, 2);
    const flushed = world.delivery.flushBeforeExit(10 * SECOND);
    await world.clock.advance(100);
    expect(await settled(world, flushed)).toBe(true);
    expect(world.delivery.isServerAway).toBe(true);
    expect(world.codes).toEqual([]);
  });

  it("waits for a server that is full", async () => {
    const world = new Simulation();
    world.rule = () => http(503);
    world.add(0, 2);
    const flushed = world.delivery.flushBeforeExit(10 * SECOND);
    await world.clock.advance(500);
    expect(await settled(world, flushed)).toBe(false);
    expect(world.delivery.isServerAway).toBe(false);
    world.rule = () => OK;
    await world.clock.advance(2 * SECOND);
    expect(await settled(world, flushed)).toBe(true);
    expect(world.delivery.stats()).toMatchObject({ delivered: 2 });
  });

  it("stays quiet when another one, or a hand-over at a signal, ends first", async () => {
    const world = new Simulation();
    world.rule = () => grpc(14, "Server is at capacity and cannot process more requests");
    world.add(0, 2);
    const first = world.delivery.flushBeforeExit(200);
    const second = world.delivery.flushBeforeExit(30 * SECOND);
    await world.clock.advance(10 * SECOND);
    expect(await settled(world, first)).toBe(true);
    world.settleExit(world.delivery.takeForExit().map(() => undefined));
    await world.clock.advance(10 * SECOND);
    expect(await settled(world, second)).toBe(false);
    expect(world.codes).toEqual([]);
    await world.clock.advance(20 * SECOND);
    expect(world.codes).toEqual(["PHX310"]);
  });

  it("stays impatient when another one ends first", async () => {
    const world = await outage();
    world.rule = () => ({ answer: refused, afterMillis: 500 });
    world.add(0, 2);
    const first = world.delivery.flushBeforeExit(200);
    const second = world.delivery.flushBeforeExit(30 * SECOND);
    await world.clock.advance(300);
    expect(await settled(world, first)).toBe(true);
    expect(await settled(world, second)).toBe(false);
    await world.clock.advance(300);
    expect(await settled(world, second)).toBe(true);
  });

  it("leaves a flush of the program's own as patient as it is", async () => {
    const world = await outage();
    world.add(0, 2);
    const own = world.delivery.flush(20 * SECOND);
    const last = world.delivery.flushBeforeExit(20 * SECOND);
    await world.clock.advance(100);
    expect(await settled(world, last)).toBe(true);
    expect(await settled(world, own)).toBe(false);
    world.rule = () => OK;
    await world.clock.advance(3 * SECOND);
    expect(await own).toEqual({ delivered: 2, pending: 0, dropped: 0 });
  });

  it("lets failures be told again, should the process go on", async () => {
    const world = new Simulation();
    world.rule = () => refused;
    world.add(0, 2);
    void world.delivery.flushBeforeExit(SECOND);
    await world.clock.advance(5 * SECOND);
    expect(world.codes).toEqual(["PHX302"]);
  });
});

describe("the exit hand-over", () => {
  it("gives everything that is not settled, in order, in-flight requests included", async () => {
    const world = new Simulation();
    world.rule = () => undefined;
    world.add(0, 3000, 1000);
    await world.clock.advance(600);
    expect(world.delivery.stats().inFlight).toBeGreaterThan(0);
    const requests = world.delivery.takeForExit();
    expect(requests.flatMap(idsIn)).toEqual(ids(3000));
    for (const { byteLength } of requests) expect(byteLength).toBeLessThanOrEqual(530 * 1024);
    expect(world.delivery.stats()).toMatchObject({ queued: 0, inFlight: 3000 });
    world.settleExit(requests.map(() => OK));
    expect(world.delivery.stats()).toMatchObject({ delivered: 3000, inFlight: 0, heldBytes: 0 });
  });

  it("has its own word on requests that were in flight: their answers no longer count", async () => {
    const world = new Simulation();
    world.rule = () => ({ answer: OK, afterMillis: SECOND });
    world.add(0, 10);
    await world.clock.advance(600);
    world.delivery.takeForExit();
    world.settleExit([OK]);
    await world.clock.advance(5 * SECOND);
    expect(world.delivery.stats()).toMatchObject({ emitted: 10, delivered: 10 });
  });

  it("lets what was not acknowledged wait again, should the process live on", async () => {
    const world = new Simulation();
    world.add(0, 1500, 1000);
    const requests = world.delivery.takeForExit();
    expect(requests.length).toBeGreaterThan(2);
    world.settleExit([OK]);
    expect(sumOf(world.delivery.stats())).toBe(1500);
    await world.clock.advance(SECOND);
    expect(world.delivery.stats()).toMatchObject({ delivered: 1500, queued: 0 });
    expect(world.arrived).toEqual(ids(1500).slice(idsIn(requests.at(0)!).length));
  });

  it("gives smaller requests after one that was too large, in silence about the failure", () => {
    const world = new Simulation();
    world.add(0, 400, 1000);
    expect(world.delivery.takeForExit()).toHaveLength(1);
    expect(world.settleExit([http(413)])).toBe(true);
    const halves = world.delivery.takeForExit();
    expect(halves.flatMap(idsIn)).toEqual(ids(400));
    expect(halves.length).toBeGreaterThan(1);
    expect(world.settleExit(halves.map(() => OK))).toBe(false);
    expect(world.delivery.stats()).toMatchObject({ delivered: 400, queued: 0, inFlight: 0 });
  });

  it("finds the one span that is refused, drops it and counts it", () => {
    const world = new Simulation();
    world.add(0, 8);
    for (let again = true; again;) {
      const requests = world.delivery.takeForExit();
      again = world.settleExit(requests.map((request) => (idsIn(request).includes(5) ? http(400) : OK)));
    }
    expect(world.delivery.stats()).toMatchObject({ delivered: 7, queued: 0 });
    expect(world.delivery.stats().dropped).toMatchObject({ rejected: 1 });
  });

  it("keeps what failed, says nothing, and knows why", () => {
    const world = new Simulation();
    world.add(0, 8);
    world.delivery.takeForExit();
    expect(world.settleExit([refused])).toBe(false);
    expect(world.delivery.stats()).toMatchObject({ queued: 8, inFlight: 0 });
    expect(world.delivery.explanation).toMatch(/refused the connection. Is Phoenix running\?/);
    expect(world.delivery.explanation).not.toContain("wait");
    expect(world.codes).toEqual([]);
  });

  it("says that a smaller request may help, and gives halves of one that was too large", () => {
    const world = new Simulation();
    world.add(0, 8, 1000);
    expect(world.delivery.takeForExit()).toHaveLength(1);
    expect(world.settleExit([http(413)])).toBe(true);
    const halves = world.delivery.takeForExit();
    expect(halves.map((request) => idsIn(request).length)).toEqual([4, 4]);
    expect(world.settleExit([OK, undefined])).toBe(false);
    const { delivered, queued, inFlight } = world.delivery.stats();
    expect([delivered, queued + inFlight]).toEqual([4, 4]);
  });

  it("explains why spans are left with the answer that came at exit", () => {
    const world = new Simulation();
    world.add(0, 2);
    world.delivery.takeForExit();
    world.settleExit([http(401)]);
    expect(world.delivery.explanation).toMatch(/answered 401 .* No API key was sent\. Set PHOENIX_API_KEY\./);
  });

  it("releases those who wait for a flush", async () => {
    const world = new Simulation();
    world.rule = () => undefined;
    world.add(0, 2);
    const flushed = world.delivery.flush();
    await world.clock.advance(100);
    world.settleExit(world.delivery.takeForExit().map(() => OK));
    expect(await flushed).toEqual({ delivered: 2, pending: 0, dropped: 0 });
  });
});
