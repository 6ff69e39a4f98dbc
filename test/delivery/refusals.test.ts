import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/delivery/sender.ts";
import { grpc, http, idsIn, OK, type Rule, Simulation, span, sumOf } from "./simulation.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const ids = (count: number): number[] => Array.from({ length: count }, (_, id) => id);
const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

const REFUSALS: readonly [name: string, answer: Answer][] = [
  ["400", http(400, { text: "no tenant" })],
  ["422", http(422)],
  ["gRPC 3", grpc(3, "no tenant")],
  ["gRPC 9", grpc(9)],
];

/** Refuses the spans that are marked. */
const refusing =
  (answer: Answer): Rule =>
  ({ hasBroken }) =>
    hasBroken ? answer : OK;

describe("a server that refuses everything as if spans were to blame", () => {
  it.each(REFUSALS)("costs few requests and no span, and is told in one line: %s", async (_, answer) => {
    const world = new Simulation();
    world.rule = () => answer;
    world.add(0, 1000);
    world.add(1000, 3000, 2000);
    await world.clock.advance(5 * SECOND);
    expect(world.requests.length).toBeLessThanOrEqual(8);
    expect(world.delivery.stats()).toMatchObject({ queued: 4000, dropped: { rejected: 0 } });
    expect(world.said).toEqual([expect.stringMatching(/^PHX325 .*4000 spans wait/)]);
    const before = world.requests.length;
    await world.clock.advance(10 * MINUTE);
    expect(world.requests.length - before).toBe(10);
    world.rule = () => OK;
    await world.clock.advance(MINUTE);
    expect(sorted(world.arrived)).toEqual(ids(4000));
    expect(world.codes).toEqual(["PHX325", "PHX304"]);
  });

  it("is not waited for by a flush, which looks once", async () => {
    const world = new Simulation();
    world.rule = () => ({ answer: http(400), afterMillis: 50 });
    world.add(0, 100);
    await world.clock.advance(520);
    const first = world.delivery.flush();
    await world.clock.advance(2 * SECOND);
    expect(await first).toEqual({ delivered: 0, pending: 100, dropped: 0 });
    const before = world.requests.length;
    const second = world.delivery.flush();
    await world.clock.advance(SECOND);
    expect(await second).toEqual({ delivered: 0, pending: 100, dropped: 0 });
    expect(world.requests.length - before).toBe(1);
  });

  it("makes no request of its own for each span that ends", async () => {
    const world = new Simulation();
    world.rule = () => http(400);
    for (let id = 0; id < 600; id++) {
      world.add(id, 1);
      await world.clock.advance(100);
    }
    expect(world.requests.length).toBeLessThanOrEqual(8);
    world.rule = () => OK;
    await world.clock.advance(MINUTE);
    expect(sorted(world.arrived)).toEqual(ids(600));
  });

  it.each([true, false])(
    "and takes them again later has lost none, one request at a time: %s",
    async (immediate) => {
      const world = new Simulation({ immediate });
      for (let id = 0; id < 300; id++) {
        // Ten seconds well, ten seconds refusing everything.
        world.rule = () => (Math.floor(id / 20) % 2 === 0 ? OK : http(400));
        world.add(id, 1);
        await world.clock.advance(SECOND / 2);
      }
      world.rule = () => OK;
      await world.clock.advance(2 * MINUTE);
      expect(sorted(world.arrived)).toEqual(ids(300));
    },
  );

  it("is asked a few times at the end of the process, and keeps what is not taken", () => {
    const world = new Simulation();
    world.add(0, 1000);
    let requests = 0;
    for (let again = true; again;) {
      const taken = world.delivery.takeForExit();
      requests += taken.length;
      again = world.settleExit(taken.map(() => http(400, { text: "no tenant" })));
    }
    expect(requests).toBeLessThanOrEqual(20);
    expect(world.delivery.stats()).toMatchObject({ queued: 1000, dropped: { rejected: 0 } });
    expect(world.delivery.explanation).toContain('400: "no tenant"');
  });
});

describe("a span that is refused while others are taken", () => {
  it.each(REFUSALS)(
    "is dropped alone, wherever it stands and however many there are: %s",
    async (_, answer) => {
      for (const broken of [[0], [199], [77], [0, 1, 2, 3, 4, 5], ids(100).map((n) => 2 * n), ids(150)]) {
        const world = new Simulation();
        world.rule = refusing(answer);
        for (let id = 0; id < 200; id++) world.delivery.add(span(id, 500, broken.includes(id)));
        await world.clock.advance(40 * MINUTE);
        expect(sorted(world.arrived)).toEqual(ids(200).filter((id) => !broken.includes(id)));
        expect(world.delivery.stats()).toMatchObject({ queued: 0, dropped: { rejected: broken.length } });
      }
    },
  );

  it("is dropped within a second, and nobody waits for it", async () => {
    const world = new Simulation();
    world.rule = refusing(http(400));
    for (let id = 0; id < 200; id++) world.delivery.add(span(id, 500, id === 77));
    const flushed = world.delivery.flush();
    await world.clock.advance(SECOND);
    expect(await flushed).toEqual({ delivered: 199, pending: 0, dropped: 1 });
    expect(world.codes).toEqual(["PHX312"]);
  });

  it("waits while it is all there is, and is dropped with the next that is taken", async () => {
    const world = new Simulation();
    world.rule = refusing(http(400, { text: "no such kind" }));
    world.add(0, 50);
    await world.clock.advance(SECOND);
    world.delivery.add(span(50, 100, true));
    await world.clock.advance(20 * SECOND);
    expect(world.delivery.stats()).toMatchObject({ queued: 1, dropped: { rejected: 0 } });
    expect(world.said).toEqual([expect.stringMatching(/^PHX325 .*"no such kind"; 1 span waits/)]);
    // The next span does not wait for the minute to be over.
    world.add(51, 1);
    await world.clock.advance(SECOND);
    expect(world.arrived).toContain(51);
    expect(world.delivery.stats()).toMatchObject({ delivered: 51, queued: 0, dropped: { rejected: 1 } });
  });

  it("holds up nobody in a process where every fifth span is one", async () => {
    const world = new Simulation({ immediate: true });
    world.rule = refusing(http(400));
    for (let id = 0; id < 500; id++) {
      world.delivery.add(span(id, 100, id % 5 === 0));
      await world.clock.advance(SECOND);
      expect(world.arrived.length).toBe(id - Math.floor(id / 5));
    }
    expect(world.delivery.stats()).toMatchObject({ delivered: 400, dropped: { rejected: 100 } });
  });

  it("is found at the end of the process, with a batch to itself or not", () => {
    for (const broken of [0, 5, 99]) {
      const world = new Simulation();
      for (let id = 0; id < 100; id++) world.delivery.add(span(id, 100, id === broken));
      let rounds = 0;
      for (let again = true; again; rounds++) {
        const taken = world.delivery.takeForExit();
        again = world.settleExit(taken.map((each) => (idsIn(each).includes(broken) ? http(400) : OK)));
      }
      expect(rounds).toBeLessThanOrEqual(10);
      expect(world.delivery.stats()).toMatchObject({ delivered: 99, dropped: { rejected: 1 } });
      expect(sumOf(world.delivery.stats())).toBe(100);
    }
  });
});
