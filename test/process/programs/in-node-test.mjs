// Tests of a program for node:test: some with mock timers, flushed in each and at the end.
import { after, mock, test } from "node:test";
import { register, traceChain } from "phoenix-otel";

const { ENDPOINT: endpoint } = process.env;
const provider = register({ endpoint });
const traced = (name) => traceChain(async () => 1, { name })();
after(() => provider.shutdown());

void test("plain", async () => {
  await traced("plain");
});

void test("with fake timers", async () => {
  mock.timers.enable();
  await traced("with fake timers");
  await provider.forceFlush();
  mock.timers.reset();
});

void test("after them", async () => {
  await traced("after them");
});
