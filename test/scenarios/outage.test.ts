// The server goes away, or falls silent, in the middle of steady traffic and comes back.
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, it, vi } from "vitest";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";
import { startStopwatch } from "../support/stopwatch.ts";
import { expectSum, startTracedApp, type TracedApp, WAYS } from "./traced-app.ts";

useFreshProcess();

const apps: TracedApp[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
});

const OUTAGE_MILLIS = 20_000;
/** The design's 3 s, and half a second in which a machine opens ports, connects and sends. */
const RESUME_MILLIS = 3_500;

/** The server is silent from an attempt's deadline on for so long. */
const ATTEMPT_MILLIS = 4_000;
const SILENCE_MILLIS = 10_000;

const ALL_WAYS = [...WAYS, "grpc-first"] as const;

/** Ends a span every 20 ms through an outage; gives how many spans, and how long delivery took to resume. */
async function liveThrough(
  app: TracedApp,
  outage: () => Promise<void>,
): Promise<{ spans: number; resumedAfterMillis: number }> {
  let spans = 0;
  const traffic = setInterval(() => {
    app.tracer.startSpan(`span ${spans++}`, { attributes: { "input.value": "x".repeat(2_000) } }).end();
  }, 20);
  await app.receiver.waitForSpans(50);
  await outage();
  const before = app.receiver.requests.length;
  const stopwatch = startStopwatch();
  await app.receiver.waitForRequests(before + 1);
  const resumedAfterMillis = stopwatch.millis();
  clearInterval(traffic);
  await app.receiver.waitForSpans(spans);
  await app.processor.forceFlush();
  return { spans, resumedAfterMillis };
}

it("loses nothing in an outage of 20 s, resumes within 3 s of the return, and says each once", async () => {
  const lines = collectLines();
  apps.push(...(await Promise.all(ALL_WAYS.map((way) => startTracedApp({ way })))));
  const outages = await Promise.all(
    apps.map((app) =>
      liveThrough(app, async () => {
        await app.receiver.stop();
        await wait(OUTAGE_MILLIS);
        expectSum(app.processor);
        expect(app.processor.stats().queued).toBeGreaterThan(100);
        await app.receiver.start();
      }),
    ),
  );
  for (const [index, { spans, resumedAfterMillis }] of outages.entries()) {
    apps[index]!.expectNoLoss(spans);
    expect(resumedAfterMillis).toBeLessThan(RESUME_MILLIS);
  }
  const codes = lines.map((line) => line.slice(0, 6)).toSorted();
  expect(codes).toEqual([...ALL_WAYS.map(() => "PHX302"), ...ALL_WAYS.map(() => "PHX304")]);
});

it.each(["well", "slow"])("finds a server that was silent within 3 s when it is %s again", async (state) => {
  vi.stubEnv("OTEL_EXPORTER_OTLP_TIMEOUT", String(ATTEMPT_MILLIS));
  const lines = collectLines();
  apps.push(...(await Promise.all(ALL_WAYS.map((way) => startTracedApp({ way })))));
  const outages = await Promise.all(
    apps.map((app) =>
      liveThrough(app, async () => {
        app.receiver.respond(() => ({ kind: "hang" }));
        await wait(SILENCE_MILLIS);
        app.receiver.respond(undefined);
        // Slower than the second of two probes waits, and not too slow for the first.
        if (state === "slow") app.receiver.delay(2_800);
      }),
    ),
  );
  for (const [index, { spans, resumedAfterMillis }] of outages.entries()) {
    apps[index]!.expectNoLoss(spans);
    expect(resumedAfterMillis).toBeLessThan(RESUME_MILLIS);
  }
  const codes = lines.map((line) => line.slice(0, 6)).toSorted();
  expect(codes).toEqual([...ALL_WAYS.map(() => "PHX302"), ...ALL_WAYS.map(() => "PHX304")]);
});
