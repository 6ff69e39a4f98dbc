import { describe, expect, it } from "vitest";
import type { Answer } from "../../src/delivery/sender.ts";
import { Delivery } from "../../src/delivery/delivery.ts";
import {
  grpc,
  http,
  idsIn,
  joinSpans,
  network,
  OK,
  refused,
  Simulation,
  span,
  type TestSpan,
} from "./simulation.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const CAPACITY = "Server is at capacity and cannot process more requests";
const ids = (count: number): number[] => Array.from({ length: count }, (_, id) => id);
const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

describe("while a server cannot take spans, delivery", () => {
  const passing: Record<string, Answer> = {
    refused,
    reset: network("ECONNRESET"),
    "DNS failure": network("ENOTFOUND"),
    "gRPC refused": grpc(14, "No connection established. Last error: Error: connect ECONNREFUSED"),
    "gateway without backend": http(502),
    "gRPC deadline": grpc(4, "Deadline exceeded"),
  };

  // The Collector's TestRetrySenderSimpleRetry.
  it.each(Object.entries(passing))(
    "resumes within 3 s of the return after an outage: %s",
    async (_, answer) => {
      for (const outage of [1 * SECOND, 17 * SECOND, 5 * MINUTE + 333]) {
        const world = new Simulation();
        world.rule = () => answer;
        world.add(0, 2000);
        await world.clock.advance(outage);
        world.add(2000, 10);
        world.rule = () => OK;
        await world.clock.advance(3 * SECOND);
        expect(sorted(world.arrived)).toEqual(ids(2010));
      }
    },
  );

  it.each([1, 10, 2000])(
    "resumes within 3 s of the return after a silence, with %i spans waiting",
    async (count) => {
      // From the first attempt's deadline on, whenever the server returns and whatever is under way then.
      for (let outage = 12 * SECOND; outage < 36 * SECOND; outage += 350) {
        const world = new Simulation();
        world.rule = () => undefined;
        world.add(0, count);
        await world.clock.advance(outage);
        world.rule = () => OK;
        await world.clock.advance(3 * SECOND);
        expect(sorted([...new Set(world.arrived)])).toEqual(ids(count));
      }
    },
  );

  it("asks a silent server with one small request every 2 to 2.4 s, at most two of them under way", async () => {
    const world = new Simulation();
    world.rule = () => undefined;
    world.add(0, 5000, 1000);
    await world.clock.advance(25 * SECOND);
    const before = world.requests.length;
    world.mostUnderWay = 0;
    await world.clock.advance(MINUTE);
    const probes = world.requests.slice(before);
    expect(probes.length).toBeGreaterThanOrEqual(25);
    expect(probes.length).toBeLessThanOrEqual(30);
    expect(world.mostUnderWay).toBe(2);
    for (const probe of probes) expect(probe.bytes).toBeLessThanOrEqual(70 * 1024);
    // One of them has the whole time an attempt may take, for a server that is only slow.
    expect(new Set(probes.map(({ timeoutMillis }) => timeoutMillis))).toEqual(
      new Set([2 * SECOND, 10 * SECOND]),
    );
  });

  it.each([false, true])(
    "sends nothing twice to a server that takes 5 s, one request at a time: %s",
    async (immediate) => {
      const world = new Simulation({ immediate });
      world.rule = () => ({ answer: OK, afterMillis: 5 * SECOND });
      world.add(0, 2000, 1000);
      await world.clock.advance(MINUTE);
      expect(sorted(world.arrived)).toEqual(ids(2000));
      expect(world.requests.flatMap((request) => request.ids)).toHaveLength(2000);
    },
  );

  it.each([1, 2000])("serves a silent server that comes back slow, with %i spans waiting", async (count) => {
    for (let outage = 12 * SECOND; outage < 24 * SECOND; outage += 350) {
      const world = new Simulation();
      world.rule = () => undefined;
      world.add(0, count, 1000);
      await world.clock.advance(outage);
      const before = world.requests.length;
      world.rule = () => ({ answer: OK, afterMillis: 5 * SECOND });
      await world.clock.advance(MINUTE);
      const taken = world.requests.slice(before);
      expect(sorted([...new Set(world.arrived)])).toEqual(ids(count));
      expect(world.delivery.stats()).toMatchObject({ delivered: count, queued: 0, inFlight: 0 });
      // And the next span is not held back.
      const sent = world.requests.length;
      world.add(count, 1);
      await world.clock.advance(500);
      expect(world.requests).toHaveLength(sent + 1);
      // What the looks before its first answer carried arrived more than once, and nothing else did.
      const repeats = taken.reduce((sum, { ids }) => sum + ids.length, 0) - count;
      expect(repeats).toBeLessThanOrEqual(6 * 65);
    }
  });

  it("sends nothing beside an attempt of an exporter that repeats it itself", async () => {
    const world = new Simulation({}, { repeats: true });
    world.rule = () => undefined;
    world.add(0, 10);
    await world.clock.advance(MINUTE);
    // Neither while it is well.
    world.rule = () => ({ answer: OK, afterMillis: 500 });
    world.add(10, 2000, 1000);
    await world.clock.advance(MINUTE);
    expect(world.arrived).toHaveLength(2010);
    expect(world.mostUnderWay).toBe(1);
    expect(world.requests.every(({ timeoutMillis }) => timeoutMillis === 10 * SECOND)).toBe(true);
  });

  it("does not upload a large span beside itself, which a slow line could not carry, but a small one", async () => {
    const world = new Simulation();
    world.rule = () => undefined;
    world.add(0, 2, 600_000);
    await world.clock.advance(11 * SECOND);
    world.mostUnderWay = 0;
    await world.clock.advance(30 * SECOND);
    expect(world.mostUnderWay).toBe(1);
    world.add(2, 3);
    await world.clock.advance(25 * SECOND);
    world.rule = () => OK;
    await world.clock.advance(20 * SECOND);
    expect(sorted([...new Set(world.arrived)])).toEqual(ids(5));
  });

  it("has one small probe under way at a time", async () => {
    const world = new Simulation();
    world.rule = () => ({ answer: refused, afterMillis: 200 });
    world.add(0, 5000, 1000);
    await world.clock.advance(2 * SECOND);
    const before = world.requests.length;
    world.mostUnderWay = 1;
    await world.clock.advance(MINUTE);
    const probes = world.requests.slice(before);
    expect(probes.length).toBeGreaterThan(20);
    expect(world.mostUnderWay).toBe(1);
    for (const probe of probes) expect(probe.bytes).toBeLessThanOrEqual(70 * 1024);
  });

  it("backs off from 1 s, doubling to 30 s with 20 % of jitter, when the server asks for patience", async () => {
    const world = new Simulation();
    world.rule = () => http(429);
    world.add(0, 1);
    await world.clock.advance(5 * MINUTE);
    const waits = world.requests.slice(1).map(({ atMillis }, i) => atMillis - world.requests.at(i)!.atMillis);
    for (const [index, wait] of waits.entries()) {
      const nominal = Math.min(30, 2 ** index) * SECOND;
      expect(wait).toBeGreaterThanOrEqual(0.8 * nominal);
      expect(wait).toBeLessThanOrEqual(1.2 * nominal + 1);
    }
    expect(new Set(waits.slice(6).map(Math.round)).size).toBeGreaterThan(1);
    expect(waits.length).toBeGreaterThan(8);
  });

  // The Collector's TestRetrySenderThrottleError.
  it("waits as long as Retry-After says, at least 100 ms and at most 5 minutes", async () => {
    for (const [asked, least, most] of [
      [7 * SECOND, 7 * SECOND, 7 * SECOND],
      [0, 0.8 * SECOND, 1.2 * SECOND],
      [3_600_000, 5 * MINUTE, 5 * MINUTE],
    ] as const) {
      const world = new Simulation();
      world.rule = () => http(503, { retryAfterMillis: asked });
      world.add(0, 1);
      await world.clock.advance(SECOND);
      world.rule = () => OK;
      await world.clock.advance(6 * MINUTE);
      const wait = world.requests.at(1)!.atMillis - world.requests.at(0)!.atMillis;
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(most + 1);
      expect(world.arrived).toEqual([0]);
    }
  });

  it("does not shorten a Retry-After for a flush, as it does its own backoff", async () => {
    const patient = new Simulation();
    patient.rule = () => http(429, { retryAfterMillis: 60 * SECOND });
    patient.add(0, 1);
    await patient.clock.advance(SECOND);
    void patient.delivery.flush();
    await patient.clock.advance(SECOND);
    expect(patient.requests).toHaveLength(1);

    const eager = new Simulation();
    eager.rule = () => http(429);
    eager.add(0, 1);
    await eager.clock.advance(100 * SECOND);
    const before = eager.requests.length;
    void eager.delivery.flush();
    await eager.clock.advance(0);
    expect(eager.requests).toHaveLength(before + 1);
  });

  it.each([
    ["HTTP", http(503, { text: CAPACITY })],
    ["gRPC", grpc(14, CAPACITY)],
  ])("keeps a full Phoenix busy without a loss: %s", async (_, full) => {
    // Phoenix inserts 100 spans a second and takes requests while fewer than 200 wait.
    const world = new Simulation();
    let waiting = 0;
    let last = world.clock.now();
    world.rule = ({ ids, atMillis }) => {
      waiting = Math.max(0, waiting - ((atMillis - last) / SECOND) * 100);
      last = atMillis;
      if (waiting >= 200) return full;
      waiting += ids.length;
      return OK;
    };
    world.add(0, 3000, 2048);
    // 3,000 spans take 30 s to insert, and little more until the last is taken.
    await world.clock.advance(40 * SECOND);
    expect(sorted(world.arrived)).toEqual(ids(3000));
    expect(world.codes.filter((code) => code === "PHX310")).toHaveLength(1);
  });

  it("looks every 5 s whether a full server has made room, however long that takes", async () => {
    const world = new Simulation();
    world.rule = () => grpc(14, CAPACITY);
    world.add(0, 10);
    await world.clock.advance(5 * MINUTE);
    const before = world.requests.length;
    await world.clock.advance(MINUTE);
    expect(world.requests.length - before).toBeGreaterThanOrEqual(10);
    world.rule = () => OK;
    await world.clock.advance(6 * SECOND);
    expect(world.arrived).toHaveLength(10);
  });

  it("keeps the order of the spans through failures", async () => {
    const world = new Simulation({ immediate: true });
    let count = 0;
    world.rule = () => (count++ % 3 === 2 ? OK : refused);
    world.add(0, 3000, 1000);
    await world.clock.advance(10 * MINUTE);
    expect(world.arrived).toEqual(ids(3000));
  });

  it("ignores the failure of a request that was sent before the server was known to be away", async () => {
    const world = new Simulation();
    let count = 0;
    world.rule = () => ({ answer: http(503), afterMillis: count++ === 0 ? 100 : 200 });
    world.add(0, 1100, 1000);
    await world.clock.advance(300);
    expect(world.requests).toHaveLength(2);
    // The second failure did not double the wait: 1 s ± 20 % after the first.
    await world.clock.advance(1001);
    expect(world.requests).toHaveLength(3);
  });

  // The Collector's TestQueueBatchDoNotPreserveCancellation: the spans outlive their attempt.
  it("waits for nobody's answer for ever: a silent server costs one attempt's deadline each", async () => {
    const world = new Simulation({ attemptTimeoutMillis: 4000, exportTimeoutMillis: 3000 });
    world.rule = () => undefined;
    world.add(0, 10);
    await world.clock.advance(20 * SECOND);
    expect(world.requests.at(0)!.timeoutMillis).toBe(3000);
    expect(world.requests.length).toBeGreaterThan(3);
    world.rule = () => OK;
    await world.clock.advance(6 * SECOND);
    expect(world.arrived).toHaveLength(10);
  });
});

describe("what a changed setting would cure", () => {
  const blocked: Record<string, Answer> = {
    "a redirect": http(302),
    "401": http(401),
    "403": http(403),
    "404": http(404),
    "405": http(405),
    "407": http(407),
    "415": http(415),
    "402": http(402),
    "410": http(410),
    "421": http(421),
    "426": http(426),
    "431": http(431),
    "451": http(451),
    "http for https": http(400, { wantsTls: true }),
    "headers without end": network("HPE_HEADER_OVERFLOW"),
    "a page": http(200, { isPage: true }),
    "a certificate": network("DEPTH_ZERO_SELF_SIGNED_CERT"),
    "gRPC 7": grpc(7),
    "gRPC 12": grpc(12),
    "gRPC 16": grpc(16),
  };

  it.each(Object.entries(blocked))(
    "is kept, said once and tried each minute and on flush: %s",
    async (_, answer) => {
      const world = new Simulation();
      world.rule = () => answer;
      world.add(0, 10);
      await world.clock.advance(5 * SECOND);
      expect(world.said).toHaveLength(1);
      const before = world.requests.length;
      await world.clock.advance(10 * MINUTE);
      expect(world.requests.length - before).toBe(10);
      // A flush looks at once, and does not wait for what it cannot get.
      const flushed = world.delivery.flush(10 * SECOND);
      await world.clock.advance(0);
      expect(await flushed).toEqual({ delivered: 0, pending: 10, dropped: 0 });
      expect(world.requests.length - before).toBe(11);
      expect(world.said).toHaveLength(1);
      world.rule = () => OK;
      await world.clock.advance(MINUTE);
      expect(world.arrived).toHaveLength(10);
      expect(world.codes.at(-1)).toBe("PHX304");
    },
  );

  it("goes out at once with a flush when the setting is right again", async () => {
    const world = new Simulation();
    world.rule = () => http(401);
    world.add(0, 500);
    await world.clock.advance(5 * SECOND);
    world.rule = () => OK;
    const flushed = world.delivery.flush();
    await world.clock.advance(10);
    expect(await flushed).toEqual({ delivered: 500, pending: 0, dropped: 0 });
  });
});

describe("a span that a server cannot take", () => {
  const brokenIs =
    (answer: Answer) =>
    ({ hasBroken }: { hasBroken: boolean }): Answer =>
      hasBroken ? answer : OK;

  function withBroken(world: Simulation, broken: number, count: number): void {
    for (let id = 0; id < count; id++) world.delivery.add(span(id, 2000, id === broken));
  }

  // The Collector's TestRetrySenderDropOnPermanentError and TestPartitionBatcher_PartialSuccessError.
  it.each([
    ["400", http(400)],
    ["422", http(422)],
    ["gRPC 3", grpc(3, "bad span")],
  ])("is found by halving and dropped alone: %s", async (_, answer) => {
    const world = new Simulation();
    world.rule = brokenIs(answer);
    withBroken(world, 77, 200);
    await world.clock.advance(5 * SECOND);
    expect(sorted(world.arrived)).toEqual(ids(200).filter((id) => id !== 77));
    expect(world.delivery.stats().dropped).toMatchObject({ rejected: 1 });
    expect(world.said).toEqual([expect.stringMatching(/^PHX312 .*span "span-77"/)]);
  });

  it.each([
    ["500", http(500)],
    ["gRPC 2", grpc(2)],
    ["gRPC 13", grpc(13)],
  ])("is told from a broken server by what others fare, and dropped alone: %s", async (_, answer) => {
    const world = new Simulation();
    world.rule = brokenIs(answer);
    withBroken(world, 77, 200);
    await world.clock.advance(5 * MINUTE);
    expect(sorted(world.arrived)).toEqual(ids(200).filter((id) => id !== 77));
    // Alone it proves nothing: it is dropped when others are taken in between.
    for (let id = 1000; id < 1020; id++) {
      world.delivery.add(span(id));
      await world.clock.advance(30 * SECOND);
    }
    expect(world.delivery.stats()).toMatchObject({ queued: 0, inFlight: 0, delivered: 219 });
    expect(world.delivery.stats().dropped).toMatchObject({ rejected: 1 });
  });

  it("does not hold up the others while it is searched for", async () => {
    const world = new Simulation();
    world.rule = brokenIs(http(500));
    withBroken(world, 3, 200);
    await world.clock.advance(SECOND);
    for (let id = 1000; id < 1060; id++) {
      world.delivery.add(span(id));
      await world.clock.advance(SECOND);
      const late = ids(id - 1004).map((offset) => offset + 1000);
      expect(world.arrived).toEqual(expect.arrayContaining(late.filter((other) => other < id - 5)));
    }
    expect(world.delivery.stats().dropped).toMatchObject({ rejected: 1 });
    expect(sorted(world.arrived)).toEqual([
      ...ids(200).filter((id) => id !== 3),
      ...ids(60).map((id) => id + 1000),
    ]);
  });

  it("is not seen in an outage: an hour of 500 drops nothing", async () => {
    const world = new Simulation();
    world.rule = () => http(500);
    for (let id = 0; id < 3600; id++) {
      world.delivery.add(span(id));
      await world.clock.advance(SECOND);
    }
    world.rule = () => OK;
    await world.clock.advance(40 * SECOND);
    expect(sorted(world.arrived)).toEqual(ids(3600));
  });

  it("is kept as long as it is alone: nothing shows that it is to blame", async () => {
    const world = new Simulation();
    world.rule = () => http(500);
    world.add(0, 1);
    await world.clock.advance(60 * MINUTE);
    expect(world.delivery.stats()).toMatchObject({ queued: 1, delivered: 0 });
    world.rule = () => OK;
    await world.clock.advance(40 * SECOND);
    expect(world.arrived).toEqual([0]);
  });

  const unmade =
    "PHX320 Span \"span-5\" cannot be read: Cannot read properties of undefined (reading 'attributes').";

  /** What a span without a resource does to who reads it. */
  const readResource = ({ name }: TestSpan): object =>
    (name === "span-5" ? undefined : { attributes: {} })!.attributes;

  it.each(["join", "ready"])(
    "is dropped alone when its request cannot even be made: %s throws",
    async (part) => {
      const world = new Simulation({
        ...(part === "ready" && { ready: (items) => void items.map(readResource) }),
        join: (items) => {
          for (const item of items) readResource(item);
          return joinSpans(items);
        },
      });
      world.add(0, 20);
      await world.clock.advance(5 * SECOND);
      expect(sorted(world.arrived)).toEqual(ids(20).filter((id) => id !== 5));
      expect(world.delivery.stats()).toMatchObject({ delivered: 19, queued: 0, inFlight: 0, heldBytes: 0 });
      expect(world.delivery.stats().dropped).toMatchObject({ unreadable: 1 });
      expect(world.said).toEqual([expect.stringContaining(unmade)]);
    },
  );

  it("is sent when only asking whether its request can be made throws", async () => {
    const world = new Simulation({ ready: (items) => void items.map(readResource) });
    world.add(0, 20);
    await world.clock.advance(5 * SECOND);
    expect(sorted(world.arrived)).toEqual(ids(20));
  });

  it("does not keep the others from the hand-over at exit when its request cannot be made", () => {
    const world = new Simulation({
      join: (items) => {
        for (const item of items) readResource(item);
        return joinSpans(items);
      },
    });
    world.add(0, 20);
    const requests = world.delivery.takeForExit();
    expect(requests.flatMap(idsIn)).toEqual(ids(20).filter((id) => id !== 5));
    world.settleExit(requests.map(() => OK));
    expect(world.delivery.stats()).toMatchObject({ delivered: 19, queued: 0, inFlight: 0, heldBytes: 0 });
    expect(world.delivery.stats().dropped).toMatchObject({ unreadable: 1 });
  });

  it.each([
    [
      "throws",
      (): never => {
        throw new Error("no such socket");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no such socket"))],
  ])("is kept, and the program unharmed, when somebody's transport %s", async (_, send) => {
    const world = new Simulation();
    let isBroken = true;
    const { sender } = world;
    const delivery = new Delivery<TestSpan>({
      sender: {
        url: sender.url,
        maxRequestBytes: 8 * 1024 * 1024,
        send: (request, timeoutMillis) => (isBroken ? send() : sender.send(request, timeoutMillis)),
        close: () => undefined,
      },
      join: joinSpans,
      describe: { endpointSource: "default" },
      report: ({ message }) => world.said.push(message),
      clock: world.clock,
    });
    delivery.add(span(1));
    await world.clock.advance(5 * SECOND);
    expect(delivery.stats()).toMatchObject({ queued: 1 });
    expect(world.said).toEqual([expect.stringContaining("no such socket")]);
    isBroken = false;
    await world.clock.advance(3 * SECOND);
    expect(delivery.stats()).toMatchObject({ delivered: 1 });
  });

  it("is sent as it is when cutting it throws", async () => {
    const world = new Simulation({
      shrink: () => {
        throw new Error("no protobuf");
      },
    });
    world.maxRequestBytes = 100_000;
    world.add(0, 1, 200_000);
    world.add(1, 1);
    await world.clock.advance(5 * SECOND);
    expect(world.arrived).toEqual([0, 1]);
  });

  it("is counted when the server takes only part of a request, and nothing is sent again", async () => {
    const world = new Simulation();
    world.rule = () => http(200, { partialSuccess: { rejectedSpans: 3, text: "no" } });
    world.add(0, 10);
    await world.clock.advance(5 * SECOND);
    expect(world.requests).toHaveLength(1);
    expect(world.delivery.stats()).toMatchObject({ delivered: 7, queued: 0, inFlight: 0 });
    expect(world.delivery.stats().dropped).toMatchObject({ partial_success: 3 });
    expect(world.said).toEqual([expect.stringMatching(/^PHX313 .*3 spans.*"no"/)]);
  });

  it("never counts more spans as rejected than there were", async () => {
    const world = new Simulation();
    world.rule = () => http(200, { partialSuccess: { rejectedSpans: 300, text: "" } });
    world.add(0, 10);
    await world.clock.advance(5 * SECOND);
    expect(world.delivery.stats()).toMatchObject({ delivered: 0 });
    expect(world.delivery.stats().dropped).toMatchObject({ partial_success: 10 });
  });
});
