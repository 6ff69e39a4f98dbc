import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { describe, expect, it } from "vitest";
import { decodeSpans } from "../../src/collector/receive/decode-spans.ts";
import { Delivery } from "../../src/delivery/delivery.ts";
import type { Answer } from "../../src/delivery/sender.ts";
import { encodeSpan, type EncodedSpan, releaseSpan } from "../../src/otlp/encode-span.ts";
import { createRequestJoiner } from "../../src/otlp/join-request.ts";
import {
  grpc,
  http,
  joinSpans,
  network,
  OK,
  refused,
  type Rule,
  SimulatedClock,
  Simulation,
  span,
  testSpan,
} from "./simulation.ts";

const SECOND = 1000;
const KB = 1024;
const MB = 1024 * KB;
const ids = (count: number): number[] => Array.from({ length: count }, (_, id) => id);
const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

const limitedTo =
  (limit: number, answer: (bytes: number) => Answer): Rule =>
  ({ bytes }) =>
    bytes > limit ? answer(bytes) : OK;
const entityTooLarge = (): Answer => http(413);
const messageTooLarge =
  (limit: number) =>
  (bytes: number): Answer =>
    grpc(8, `SERVER: Received message larger than max (${bytes} vs. ${limit})`);

/** Cuts a test span to a size, or says that it cannot. */
const shrinkTo =
  (least: number) =>
  ({ name, bytes }: { name: string; bytes: Uint8Array }, maxBytes: number) =>
    maxBytes < least || bytes.byteLength <= maxBytes
      ? undefined
      : {
          item: testSpan(name, bytes.subarray(0, maxBytes)),
          cuts: [{ key: "input.value", bytes: bytes.byteLength }],
        };

describe("a request", () => {
  // The Collector's TestQueueBatchTimerFlush, and merge_only of TestMergeSplitTracesBasedOnByteSize.
  it("is sent within half a second of the first span, with all spans that ended until then", async () => {
    const world = new Simulation();
    world.add(0, 3);
    await world.clock.advance(400);
    world.add(3, 3);
    expect(world.requests).toHaveLength(0);
    await world.clock.advance(100);
    expect(world.requests.map(({ ids }) => ids)).toEqual([[0, 1, 2, 3, 4, 5]]);
  });

  it("waits as long as OTEL_BSP_SCHEDULE_DELAY says", async () => {
    const world = new Simulation({ delayMillis: 5000 });
    world.add(0, 3);
    await world.clock.advance(4999);
    expect(world.requests).toHaveLength(0);
    await world.clock.advance(1);
    expect(world.requests).toHaveLength(1);
  });

  it("is sent at once when it is full, by bytes or by OTEL_BSP_MAX_EXPORT_BATCH_SIZE", async () => {
    const byBytes = new Simulation({ delayMillis: 5000 });
    byBytes.add(0, 600, KB);
    await byBytes.clock.advance(1);
    expect(byBytes.requests).toHaveLength(1);
    expect(byBytes.requests.at(0)!.bytes).toBeLessThanOrEqual(512 * KB + 512 * 4);
    expect(byBytes.requests.at(0)!.ids).toHaveLength(512);

    const byCount = new Simulation({ delayMillis: 5000, maxBatchItems: 10 });
    byCount.add(0, 25);
    await byCount.clock.advance(1);
    expect(byCount.requests.map(({ ids }) => ids.length)).toEqual([10, 10]);
    await byCount.clock.advance(5000);
    expect(byCount.requests.map(({ ids }) => ids.length)).toEqual([10, 10, 5]);
  });

  // The Collector's TestQueueBatchTimerResetNoConflict.
  it("that is full just before the delay is over starts the delay of the next one", async () => {
    const world = new Simulation({ maxBatchItems: 10 });
    world.add(0, 9);
    await world.clock.advance(499);
    world.add(9, 2);
    await world.clock.advance(0);
    expect(world.requests.map(({ ids }) => ids)).toEqual([ids(10)]);
    await world.clock.advance(499);
    expect(world.requests).toHaveLength(1);
    await world.clock.advance(1);
    expect(world.requests.map(({ ids }) => ids)).toEqual([ids(10), [10]]);
  });

  it("leaves at once in immediate mode, one under way; what ended meanwhile goes with the next", async () => {
    const world = new Simulation({ immediate: true });
    world.rule = () => ({ answer: OK, afterMillis: 300 });
    world.add(0, 1);
    await world.clock.advance(0);
    expect(world.requests).toHaveLength(1);
    for (let id = 1; id < 100; id++) {
      world.add(id, 1);
      await world.clock.advance(1);
    }
    await world.clock.advance(SECOND);
    expect(world.mostUnderWay).toBe(1);
    expect(world.requests.map(({ ids }) => ids.length)).toEqual([1, 99]);
  });

  it("leaves within add() where nothing is on its way and the answer comes at once, one after the other", async () => {
    const world = new Simulation({ immediate: true, sendsWithin: true }, { repeats: true });
    world.answersAtOnce = true;
    let depth = 0;
    let deepest = 0;
    world.rule = ({ ids: [id = 0] }) => {
      deepest = Math.max(deepest, ++depth);
      // An exporter that ends a span itself.
      if (id < 3) world.add(id + 1, 1);
      depth--;
      return OK;
    };
    world.add(0, 1);
    expect(world.arrived).toEqual([0, 1, 2, 3]);
    expect(deepest).toBe(1);
    world.rule = () => refused;
    world.add(4, 3);
    expect(world.requests).toHaveLength(5);
    world.rule = () => OK;
    await world.clock.advance(3 * SECOND);
    expect(sorted(world.arrived)).toEqual(ids(7));
  });

  it("leaves later in immediate mode while another one is on its way", async () => {
    const world = new Simulation({ immediate: true, sendsWithin: true }, { repeats: true });
    world.rule = () => ({ answer: OK, afterMillis: 300 });
    world.add(0, 1);
    world.add(1, 5);
    expect(world.requests.map((request) => request.ids)).toEqual([[0]]);
    await world.clock.advance(SECOND);
    expect(world.requests.map((request) => request.ids)).toEqual([[0], [1, 2, 3, 4, 5]]);
  });

  it("is one of at most two under way, so a slow server is kept busy", async () => {
    const world = new Simulation();
    world.rule = () => ({ answer: OK, afterMillis: 500 });
    world.add(0, 5000, KB);
    await world.clock.advance(10 * SECOND);
    expect(world.mostUnderWay).toBe(2);
    expect(sorted(world.arrived)).toEqual(ids(5000));
  });

  it("waits for what its resource lacks, but not for ever", async () => {
    let found = (): void => {};
    const detected = new Promise<void>((resolve) => (found = resolve));
    const world = new Simulation({ ready: () => detected, maxBatchItems: 1 });
    world.add(0, 1);
    await world.clock.advance(5 * SECOND);
    expect(world.requests).toHaveLength(0);
    found();
    await world.clock.advance(0);
    expect(world.requests).toHaveLength(1);

    const stuck = new Simulation({ ready: () => new Promise(() => {}) });
    stuck.add(0, 1);
    await stuck.clock.advance(11 * SECOND);
    expect(stuck.arrived).toEqual([0]);
  });
});

describe("a request that is too large", () => {
  // The Collector's split_only of TestMergeSplitTracesBasedOnByteSize.
  it.each([
    ["600 × 20 KB against 4 MiB", 600, 20 * KB, 4 * MB, 16 * MB],
    ["8 × 900 KB against 4 MiB", 8, 900 * KB, 4 * MB, 16 * MB],
    ["600 × 20 KB against 1 MiB", 600, 20 * KB, 1 * MB, 4 * MB],
    ["600 × 20 KB against 100 KiB", 600, 20 * KB, 100 * KB, 512 * KB],
  ])("is halved until all spans are taken: %s", async (_, count, size, limit, batchBytes) => {
    for (const refuse of [entityTooLarge, messageTooLarge(limit)]) {
      const world = new Simulation({ batchBytes });
      world.maxRequestBytes = 16 * MB;
      world.rule = limitedTo(limit, refuse);
      world.add(0, count, size);
      await world.clock.advance(60 * SECOND);
      expect(sorted(world.arrived)).toEqual(ids(count));
      expect(world.codes).toEqual(expect.arrayContaining(["PHX311"]));
      expect(world.codes.filter((code) => code === "PHX311")).toHaveLength(1);
    }
  });

  // The Collector's scope_spans_split of TestMergeSplitTracesBasedOnByteSize, and TestTracesMergeSplitExactBytes.
  it("is split between scopes, with the bytes of their headers counted", async () => {
    const limit = 256 * KB;
    const ended = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(ended)] });
    const scopes = Array.from({ length: 200 }, (_, index) => `scope ${index} ${"s".repeat(4 * KB)}`);
    for (const scope of scopes) {
      provider
        .getTracer(scope)
        .startSpan("span", { attributes: { "input.value": "x".repeat(20 * KB) } })
        .end();
    }
    const clock = new SimulatedClock();
    const sizes: number[] = [];
    const taken: string[] = [];
    const delivery = new Delivery<EncodedSpan>({
      sender: {
        url: "http://localhost:4317",
        maxRequestBytes: 3.5 * MB,
        close: () => undefined,
        send: async (request) => {
          sizes.push(request.byteLength);
          await new Promise<void>((resolve) => clock.setTimer(resolve, 1));
          if (request.byteLength > limit) return messageTooLarge(limit)(request.byteLength);
          taken.push(...decodeSpans(request).map((span) => span.scope.name));
          return OK;
        },
      },
      join: createRequestJoiner(),
      discard: releaseSpan,
      describe: { endpointSource: "default" },
      report: () => undefined,
      clock,
    });
    for (const span of ended.getFinishedSpans()) delivery.add(encodeSpan(span));
    await clock.advance(10 * SECOND);
    expect(taken.toSorted()).toEqual(scopes.toSorted());
    expect(delivery.stats()).toMatchObject({ delivered: 200, heldBytes: 0 });
    // The two that were under way when the limit was not known yet, and their like never again.
    expect(sizes.filter((bytes) => bytes > limit).length).toBeLessThanOrEqual(2);
    expect(Math.max(...sizes.filter((bytes) => bytes <= limit))).toBeGreaterThan(limit / 2);
  });

  it("teaches the limit: what follows is sent in requests that fit", async () => {
    const world = new Simulation({ batchBytes: 16 * MB });
    world.maxRequestBytes = 16 * MB;
    const refusals: number[] = [];
    world.rule = limitedTo(4 * MB, (bytes) => {
      refusals.push(bytes);
      return messageTooLarge(4 * MB)(bytes);
    });
    world.add(0, 2000, 4 * KB);
    await world.clock.advance(10 * SECOND);
    const refused = refusals.length;
    world.add(2000, 2000, 4 * KB);
    await world.clock.advance(10 * SECOND);
    expect(refusals).toHaveLength(refused);
    expect(refused).toBeLessThanOrEqual(2);
    expect(world.requests.at(-1)!.bytes).toBeGreaterThan(2 * MB);
    expect(world.arrived).toHaveLength(4000);
  });

  // The Collector's splittable_then_unsplittable of TestMergeSplitTracesBasedOnByteSize.
  it("does not take its neighbours along when one span is a giant", async () => {
    const world = new Simulation({ shrink: shrinkTo(100) });
    world.maxRequestBytes = 3.5 * MB;
    world.rule = limitedTo(4 * MB, messageTooLarge(4 * MB));
    world.add(0, 10, 2 * KB);
    world.add(10, 1, 12 * MB);
    world.add(11, 10, 2 * KB);
    await world.clock.advance(10 * SECOND);
    expect(sorted(world.arrived)).toEqual(ids(21));
    for (const { bytes } of world.requests) expect(bytes).toBeLessThanOrEqual(3.5 * MB);
    expect(world.requests.find(({ ids }) => ids.includes(10))!.ids).toEqual([10]);
    expect(world.said).toEqual([
      'PHX303 Span "span-10" is 12 MB, over the 3.5 MB request limit; input.value (12 MB) was cut. Set maxValueLength, or captureInput: false on the wrapper, to choose what is recorded.',
    ]);
  });

  it("is cut to the limit a server taught, when it has one span", async () => {
    for (const refuse of [entityTooLarge, messageTooLarge(1 * MB)]) {
      const world = new Simulation({ shrink: shrinkTo(100) });
      world.rule = limitedTo(1 * MB, refuse);
      world.add(0, 3, 2 * MB);
      await world.clock.advance(10 * SECOND);
      expect(sorted(world.arrived)).toEqual([0, 1, 2]);
      expect(world.delivery.stats()).toMatchObject({ delivered: 3, heldBytes: 0 });
    }
  });

  // The Collector's unsplittable of TestMergeSplitTracesBasedOnByteSize.
  it("is dropped and counted when its one span cannot be cut", async () => {
    const world = new Simulation();
    world.rule = limitedTo(100 * KB, entityTooLarge);
    world.add(0, 2, 50 * KB);
    world.add(2, 1, 200 * KB);
    world.add(3, 2, 50 * KB);
    await world.clock.advance(10 * SECOND);
    expect(sorted(world.arrived)).toEqual([0, 1, 3, 4]);
    expect(world.delivery.stats().dropped).toMatchObject({ too_large: 1 });
    expect(world.codes).toContain("PHX316");
  });

  it("does not ruin later spans when a server refuses everything as too large", async () => {
    const world = new Simulation({ shrink: shrinkTo(100) });
    world.rule = entityTooLarge;
    world.add(0, 1, 300 * KB);
    await world.clock.advance(10 * SECOND);
    expect(world.delivery.stats().dropped).toMatchObject({ too_large: 1 });
    world.rule = () => OK;
    world.add(1, 1, 60 * KB);
    await world.clock.advance(10 * SECOND);
    expect(world.requests.at(-1)!.bytes).toBeGreaterThan(60 * KB);
  });

  const reset = network("ECONNRESET", "read ECONNRESET", true);

  it("is guessed from the third reset under a large body, and halved", async () => {
    const world = new Simulation({ batchBytes: 4 * MB, shrink: shrinkTo(100) });
    world.rule = limitedTo(1.5 * MB, () => reset);
    world.add(0, 200, 20 * KB);
    await world.clock.advance(300 * SECOND);
    expect(sorted(world.arrived)).toEqual(ids(200));
    expect(world.codes.filter((code) => code === "PHX303" || code === "PHX311")).toEqual([]);
  });

  it("is neither cut nor dropped for resets when it has one span, and does not hold up the others", async () => {
    const world = new Simulation({ shrink: shrinkTo(100) });
    world.rule = limitedTo(1.5 * MB, () => reset);
    world.add(0, 2, 3 * MB);
    world.add(2, 10, 20 * KB);
    await world.clock.advance(300 * SECOND);
    expect(sorted(world.arrived)).toEqual(ids(12).slice(2));
    expect(world.delivery.stats()).toMatchObject({ delivered: 10, queued: 2 });
    world.rule = () => OK;
    await world.clock.advance(3 * SECOND);
    expect(world.requests.findLast(({ ids }) => ids.includes(0))!.bytes).toBeGreaterThan(3 * MB);
    expect(sorted(world.arrived)).toEqual(ids(12));
    expect(world.codes).not.toContain("PHX303");
  });

  it("is cut when its one span is reset again and again while all others are taken, with a true line", async () => {
    const world = new Simulation({ shrink: shrinkTo(100) });
    world.rule = limitedTo(1.6 * MB, () => reset);
    world.add(0, 1, 3 * MB);
    for (let id = 1; id <= 100; id++) {
      world.add(id, 1);
      await world.clock.advance(SECOND);
    }
    expect(world.requests.filter(({ bytes }) => bytes > 3 * MB).length).toBeGreaterThanOrEqual(16);
    expect(sorted(world.arrived)).toEqual(ids(101));
    expect(world.said.filter((line) => line.startsWith("PHX303"))).toEqual([
      'PHX303 Span "span-0" is 3 MB, and http://localhost:6006/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT) cuts the connection each time it is sent while others are taken; input.value (3 MB) was cut. Set maxValueLength, or captureInput: false on the wrapper, to choose what is recorded.',
    ]);
  });
});

describe("the queue", () => {
  const withoutServer: Rule = () => network("ECONNREFUSED");

  // The Collector's TestMemoryQueueOverflow.
  it("refuses the newest span when it is full, counts it and says so once", async () => {
    const world = new Simulation({ maxQueueBytes: MB });
    world.rule = withoutServer;
    world.add(0, 2000, KB);
    const kept = Math.floor(MB / (KB + 192));
    expect(world.delivery.stats()).toMatchObject({ emitted: 2000, queued: kept });
    expect(world.delivery.stats().dropped).toMatchObject({ queue_full: 2000 - kept });
    expect(world.codes).toEqual(["PHX314"]);
    world.rule = () => OK;
    await world.clock.advance(10 * SECOND);
    expect(sorted(world.arrived)).toEqual(ids(kept));
  });

  it("counts what is in flight until it is settled", async () => {
    const world = new Simulation({ maxQueueBytes: 10 * (100 + 192) });
    world.rule = () => ({ answer: OK, afterMillis: SECOND });
    world.add(0, 10);
    await world.clock.advance(500);
    expect(world.delivery.stats()).toMatchObject({ queued: 0, inFlight: 10 });
    world.add(10, 1);
    expect(world.delivery.stats().dropped).toMatchObject({ queue_full: 1 });
    await world.clock.advance(SECOND);
    world.add(11, 1);
    await world.clock.advance(2 * SECOND);
    expect(world.arrived).toEqual([...ids(10), 11]);
  });

  // The Collector's TestMemoryQueueRejectOverCapacityElements.
  it("refuses a span larger than the whole queue without touching the others, and says just that", async () => {
    const world = new Simulation({ maxQueueBytes: MB });
    world.add(0, 5);
    world.add(5, 1, 2 * MB);
    world.add(6, 5);
    expect(world.said).toEqual([
      'PHX314 Span "span-5" is 2 MB, more than the whole queue holds (1 MB). It is dropped and counted, the others are kept; provider.stats() has the count. Raise maxQueueBytes.',
    ]);
    await world.clock.advance(SECOND);
    expect(world.arrived).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10]);
    expect(world.delivery.stats().dropped).toMatchObject({ queue_full: 1 });
  });

  it("is bounded by OTEL_BSP_MAX_QUEUE_SIZE too when that is set", () => {
    const world = new Simulation({ maxQueueItems: 5 });
    world.add(0, 8);
    expect(world.delivery.stats()).toMatchObject({ queued: 5 });
    expect(world.delivery.stats().dropped).toMatchObject({ queue_full: 3 });
  });

  it("holds 64 MiB through 5 minutes of outage at 1,000 spans/s of 2 KB, and counts every drop", async () => {
    const world = new Simulation();
    world.rule = withoutServer;
    const shared = span(0, 2048).bytes;
    for (let second = 0; second < 300; second++) {
      for (let i = 0; i < 1000; i++) world.delivery.add(testSpan("s", shared));
      await world.clock.advance(SECOND);
      expect(world.delivery.stats().heldBytes).toBeLessThanOrEqual(64 * MB);
    }
    const kept = Math.floor((64 * MB) / (2048 + 192));
    const before = world.delivery.stats();
    expect(before.queued + before.inFlight).toBe(kept);
    expect(before.dropped).toMatchObject({ queue_full: 300_000 - kept });
    expect(world.codes).toEqual(["PHX302", "PHX314"]);
    world.rule = () => OK;
    await world.clock.advance(10 * SECOND);
    expect(world.delivery.stats()).toMatchObject({ emitted: 300_000, delivered: kept, heldBytes: 0 });
  }, 60_000);

  it("takes a burst of 50,000 spans of 1 KB", async () => {
    const world = new Simulation();
    world.rule = () => ({ answer: OK, afterMillis: 5 });
    world.add(0, 50_000, KB);
    await world.clock.advance(10 * SECOND);
    expect(sorted(world.arrived)).toEqual(ids(50_000));
  }, 30_000);
});

describe("the memory of a request", () => {
  it("serves the next one when it was taken, and not before", async () => {
    const built: Uint8Array[] = [];
    const spares: (Uint8Array | undefined)[] = [];
    const world = new Simulation({
      join: ([item], spare) => {
        const request = Buffer.alloc(4 + item!.bytes.byteLength);
        request.writeUInt32LE(item!.bytes.byteLength);
        request.set(item!.bytes, 4);
        built.push(request);
        spares.push(spare);
        return request;
      },
    });
    world.rule = () => http(503);
    world.add(0, 1, 100 * KB);
    await world.clock.advance(SECOND);
    world.rule = () => OK;
    await world.clock.advance(10 * SECOND);
    world.add(1, 1, 100 * KB);
    await world.clock.advance(SECOND);
    expect(world.arrived).toEqual([0, 1]);
    expect(built).toHaveLength(3);
    expect(spares).toEqual([undefined, undefined, built[1]]);
  });

  it("is not thrown away by the small requests and the larger ones between", async () => {
    const sizes: [bytes: number, spare: number | undefined][] = [];
    const world = new Simulation({
      join: (items, spare) => {
        const request = joinSpans(items);
        sizes.push([request.byteLength, spare?.byteLength]);
        // As the joiner of OTLP: over the spare where that is large enough.
        if (spare === undefined || spare.buffer.byteLength < request.byteLength)
          return new Uint8Array(request);
        const over = new Uint8Array(spare.buffer, 0, request.byteLength);
        over.set(request);
        return over;
      },
    });
    const send = async (size: number): Promise<void> => {
      world.add(0, 1, size);
      await world.clock.advance(SECOND);
    };
    for (const size of [300 * KB, KB, KB, 400 * KB, 200 * KB, KB, 350 * KB]) await send(size - 4);
    expect(sizes).toEqual([
      [300 * KB, undefined],
      [KB, undefined],
      [KB, undefined],
      [400 * KB, 300 * KB],
      [200 * KB, 400 * KB],
      [KB, undefined],
      [350 * KB, 200 * KB],
    ]);
    expect(world.arrived).toHaveLength(7);
  });
});
