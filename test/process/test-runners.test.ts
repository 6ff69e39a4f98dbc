// Test runners that run a program's tests: node:test, and vitest in each of its pools. jest and mocha are in test/projects.
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { checkout, run } from "../support/run-program.ts";
import { programs } from "./run-program.ts";

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => receiver.forget());

const vitest = path.join(checkout, "node_modules/vitest/vitest.mjs");

const RUNNERS: Record<string, string[]> = {
  "node:test": ["--test", path.join(programs, "in-node-test.mjs")],
  ...Object.fromEntries(
    ["forks", "threads", "vmForks", "vmThreads"].map((pool) => [
      `vitest's ${pool}`,
      [vitest, "run", "--pool", pool, "--root", path.join(path.dirname(programs), "vitest/programs")],
    ]),
  ),
};

test.each(Object.entries(RUNNERS))("spans arrive from tests in %s, with fake timers too", async (_, args) => {
  const result = await run(process.execPath, args, { ENDPOINT: receiver.httpUrl });
  expect(result).toMatchObject({ status: 0, stderr: "" });
  const names = receiver.uniqueSpans.map(({ name }) => name);
  expect(names.toSorted()).toEqual(["after them", "plain", "with fake timers"]);
});
