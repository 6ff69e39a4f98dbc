// A program that froze globalThis: nothing can be kept there, neither by OpenTelemetry's API nor by us.
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { programs, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

test("register() says that it cannot become global, and everything else works", async () => {
  const result = await runProgram(path.join(programs, "frozen-globals.mjs"), {
    env: { ENDPOINT: `${receiver.httpUrl}/v1/traces`, PHOENIX_DISCOVER_CONFIG: "false" },
  });
  expect(result).toMatchObject({ code: 0, stdout: "" });
  expect(result.stderr).toMatch(
    /^PHX205 OpenTelemetry's API cannot keep a global provider: Cannot add property/,
  );
  expect(result.stderr.trim().split("\n")).toHaveLength(1);
  expect(receiver.uniqueSpans.map(({ name }) => name).toSorted()).toEqual(["at the end", "span", "tool"]);
});
