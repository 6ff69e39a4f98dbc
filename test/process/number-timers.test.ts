// A program whose timers are numbers, through the built package.
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { programs, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

test.each([
  ["http/protobuf", "naturally"],
  ["http/protobuf", "shutdown"],
  ["http/protobuf", "exit"],
  ["grpc", "naturally"],
  ["grpc", "exit"],
])("delivers everything by %s where timers are numbers, and ends %s", async (protocol, end) => {
  const endpoint = protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl;
  const result = await runProgram(path.join(programs, "number-timers.mjs"), {
    env: { ENDPOINT: endpoint, PROTOCOL: protocol, END: end, PHOENIX_DISCOVER_CONFIG: "false" },
  });
  expect(result).toMatchObject({
    code: 0,
    stderr: "",
    stdout: JSON.stringify({ delivered: 1, pending: 0, dropped: 0 }),
  });
  const names = receiver.uniqueSpans.map(({ name }) => name);
  expect(names.toSorted()).toEqual(["at the end", "flushed", "streamed", "with a handler"]);
});
