// A server that is there but does not take spans as it should: busy, full, slow, without the right key,
// or refusing some of them.
import { afterEach, describe, expect, it, vi } from "vitest";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";
import { PATIENCE_MILLIS } from "../support/patience.ts";
import { expectSum, startTracedApp, type TracedApp, type TracedAppOptions, WAYS } from "./traced-app.ts";

useFreshProcess();

let app: TracedApp;
const start = async (options: TracedAppOptions): Promise<void> => {
  app = await startTracedApp(options);
};
afterEach(() => app.stop());

const AT_CAPACITY = "Server is at capacity and cannot process more requests";

describe.each(WAYS)("over %s, without a loss", (way) => {
  it.each([503, 429])("waits as long as Retry-After of a %i says", async (status) => {
    collectLines();
    await start({ way });
    app.receiver.answer(status, { retryAfter: 2 }).then(200);
    app.endSpans(100);
    await app.receiver.waitForSpans(100);
    const [refused, taken] = app.receiver.requests;
    // Longer than the first pause of the backoff, 1.2 s at most, could be.
    expect(taken!.atMillis - refused!.atMillis).toBeGreaterThan(1_900);
    await app.processor.forceFlush();
    app.expectNoLoss(100);
  });

  it("keeps spans through a flush that comes before Retry-After is over", async () => {
    collectLines();
    await start({ way });
    app.receiver.answer(503, { retryAfter: 2 });
    app.endSpans(10);
    expect(await app.processor.flush(500)).toEqual({ delivered: 0, pending: 10, dropped: 0 });
    expectSum(app.processor);
    expect(await app.processor.flush()).toEqual({ delivered: 10, pending: 0, dropped: 0 });
    app.expectNoLoss(10);
    const [refused, taken] = app.receiver.requests;
    expect(taken!.atMillis - refused!.atMillis).toBeGreaterThan(1_900);
  });

  it("does not cut a span of 2 MB for three resets", async () => {
    const lines = collectLines();
    await start({ way });
    app.receiver.reset().thenReset().thenReset();
    app.endSpans(1, 2_000_000);
    await app.receiver.waitForSpans(1);
    await app.processor.forceFlush();
    app.expectNoLoss(1);
    expect(app.receiver.spans[0]?.attributes["input.value"]).toHaveLength(2_000_000);
    expect(lines.map((line) => line.slice(0, 6))).toEqual(["PHX302", "PHX304"]);
  });

  it("delivers to a server that was full for 5 s, and says so in one line", async () => {
    const lines = collectLines();
    await start({ way });
    const roomAtMillis = performance.now() + 5_000;
    app.receiver.respond(() =>
      performance.now() < roomAtMillis ? { kind: "grpc", code: 14, details: AT_CAPACITY } : undefined,
    );
    app.endSpans(500, 2_000);
    await app.receiver.waitForSpans(500);
    await app.processor.forceFlush();
    app.expectNoLoss(500);
    expect(lines).toEqual([expect.stringMatching(/^PHX310 .*\(from option endpoint\) is full/)]);
    // A full server is asked now and then, not hammered.
    expect(
      app.receiver.requests.filter(({ answered }) => answered !== 200 && answered !== 0).length,
    ).toBeLessThan(8);
  });

  it("delivers to a server that takes 500 ms for each request, without a line", async () => {
    const lines = collectLines();
    await start({ way });
    app.receiver.delay(500);
    for (let round = 0; round < 4; round++) {
      app.endSpans(300, 2_000);
      await app.receiver.waitForRequests(round + 1);
    }
    await app.receiver.waitForSpans(1_200);
    await app.processor.forceFlush();
    app.expectNoLoss(1_200);
    expect(lines).toEqual([]);
  });

  it("says once which key is wrong, and delivers what waited once it is right", async () => {
    const lines = collectLines();
    let key = "an-old-key";
    await start({ way, processor: { apiKey: () => key } });
    app.receiver.respond(({ headers }) =>
      headers["authorization"] === "Bearer the-right-key" ? undefined : { kind: "http", status: 401 },
    );
    app.endSpans(500);
    await vi.waitFor(() => expect(lines).toHaveLength(1), PATIENCE_MILLIS);
    app.endSpans(500);
    expect(await app.processor.flush()).toEqual({ delivered: 0, pending: 1_000, dropped: 0 });
    expect(lines).toEqual([expect.stringMatching(/^PHX301 .*The key came from option apiKey/)]);
    expect(lines[0]).not.toContain(key);
    expectSum(app.processor);
    key = "the-right-key";
    expect(await app.processor.flush()).toEqual({ delivered: 1_000, pending: 0, dropped: 0 });
    app.expectNoLoss(1_000);
    expect(lines.slice(1)).toEqual([expect.stringMatching(/^PHX304 /)]);
  });
});

describe.each(WAYS)("over %s, with every loss counted", (way) => {
  it("drops a poisoned span alone among 200, and names it", async () => {
    const lines = collectLines();
    await start({ way });
    app.receiver.respond(({ spans }) =>
      spans.some(({ name }) => name === "span 77")
        ? { kind: "http", status: 400, body: "no such kind" }
        : undefined,
    );
    app.endSpans(200);
    await app.processor.forceFlush();
    expect(app.receiver.uniqueSpanCount).toBe(199);
    expect(app.processor.stats()).toMatchObject({ emitted: 200, delivered: 199, dropped: { rejected: 1 } });
    expectSum(app.processor);
    expect(lines).toEqual([
      expect.stringMatching(/^PHX312 .*\(from option endpoint\) refuses span "span 77": "no such kind"/),
    ]);
  });

  it("counts what a partial success did not take", async () => {
    const lines = collectLines();
    await start({ way });
    app.receiver.partial(3, "three are too old");
    app.endSpans(100);
    await app.processor.forceFlush();
    expect(app.receiver.uniqueSpanCount).toBe(97);
    expect(app.processor.stats()).toMatchObject({
      emitted: 100,
      delivered: 97,
      dropped: { partial_success: 3 },
    });
    expectSum(app.processor);
    expect(lines).toEqual([expect.stringMatching(/^PHX313 .*not 3 spans in it: "three are too old"/)]);
  });
});
