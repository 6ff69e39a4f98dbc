// Tests of a program for vitest: some with fake timers, flushed in each and at the end.
import { register, traceChain } from "phoenix-otel";
import { afterAll, expect, test, vi } from "vitest";

const { ENDPOINT: endpoint } = process.env;
const provider = register({ endpoint });
const traced = (name) => traceChain(async () => 1, { name })();
afterAll(() => provider.shutdown());

test("plain", async () => {
  expect(await traced("plain")).toBe(1);
});

test("with fake timers", async () => {
  vi.useFakeTimers();
  await traced("with fake timers");
  await provider.forceFlush();
  expect(provider.stats()).toMatchObject({ queued: 0, inFlight: 0 });
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test("after them", async () => {
  expect(await traced("after them")).toBe(1);
});
