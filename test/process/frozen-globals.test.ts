// A program that froze globalThis: nothing can be kept there, neither by OpenTelemetry's API nor by us, and on Node 20 what
// was never asked for cannot be had any more.
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ProgramResult, programs, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

const run = (FROZEN: string, env: Record<string, string>): Promise<ProgramResult> =>
  runProgram(path.join(programs, "frozen-globals.mjs"), {
    env: { FROZEN, PHOENIX_DISCOVER_CONFIG: "false", ...env },
  });

const ways = (): [string, Record<string, string>][] => [
  ["http", { ENDPOINT: `${receiver.httpUrl}/v1/traces`, PROTOCOL: "http/protobuf" }],
  ["grpc", { ENDPOINT: receiver.grpcUrl, PROTOCOL: "grpc" }],
  ["grpc-first", { WAY: "grpc-first", HTTP_URL: receiver.httpUrl, GRPC_URL: receiver.grpcUrl }],
];

describe.each(["http", "grpc", "grpc-first"])("over %s", (way) => {
  test.each(["before the import", "after register()"])(
    "everything works where it is frozen %s",
    async (when) => {
      const env = ways().find(([name]) => name === way)![1];
      const result = await run(when, env);
      expect(result).toMatchObject({ code: 0, stdout: "2 delivered, chunk" });
      const told = /^PHX205 OpenTelemetry's API cannot keep a global provider: Cannot add property[^\n]*\n$/;
      expect(result.stderr).toMatch(when === "after register()" ? /^$/ : told);
      expect(receiver.uniqueSpans.map(({ name }) => name)).toEqual([
        "span",
        "tool",
        "bytes",
        "controlled",
        "at the end",
      ]);
      const [bytes] = receiver.uniqueSpans.filter(({ name }) => name === "bytes");
      expect(bytes?.attributes).toMatchObject({ "output.value": expect.stringContaining("héllo") });
      expect(bytes?.attributes["input.value"]).toContain("3 bytes");
    },
  );
});

test("attachGlobalTracerProvider() says that it cannot, and the program goes on", async () => {
  const { code, stdout, stderr } = await runProgram(path.join(programs, "attaches-frozen.mjs"), {
    env: { PHOENIX_DISCOVER_CONFIG: "false" },
  });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "went on\n" });
  expect(stderr).toMatch(/^PHX205 [^\n]* attachGlobalTracerProvider\(\) did nothing\.[^\n]*\n$/);
});
