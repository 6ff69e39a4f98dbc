import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { buildPrograms, type ProgramResult, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
let end: string;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  end = path.join(await buildPrograms("exit-flush"), "end.mjs");
});
afterAll(() => receiver.stop());
beforeEach(() => receiver.forget());

const WAYS = ["grpc", "http", "grpc-first"] as const;

const run = (how: string, env: Record<string, string> = {}): Promise<ProgramResult> =>
  runProgram(end, {
    env: { WAY: "grpc-first", HTTP_URL: `${receiver.httpUrl}/v1/traces`, GRPC_URL: receiver.grpcUrl, END: how, ...env },
  });

/** How the process ends without us, for every way to end. */
const ENDS: Record<string, { code: number } | { signal: NodeJS.Signals }> = {
  natural: { code: 0 },
  exit: { code: 0 },
  "exit-after-work": { code: 4 },
  throw: { code: 1 },
  reject: { code: 1 },
  sigterm: { signal: "SIGTERM" },
  sigint: { signal: "SIGINT" },
};

describe.each(Object.entries(ENDS))("a program that ends by %s", (how, status) => {
  describe.each(WAYS)("over %s", (way) => {
    test.each([10, 2000])("delivers %i spans and keeps its status", async (spans) => {
      const result = await run(how, { WAY: way, SPANS: String(spans), BYTES: spans === 10 ? "200" : "2000" });
      expect(receiver.uniqueSpanCount).toBe(spans);
      expect({ code: result.code, signal: result.signal }).toEqual({ code: null, signal: null, ...status });
      expect(result.stdout).toBe("");
      if (how === "throw") expect(result.stderr).toContain("Error: thrown on purpose\n    at ");
      else if (how === "reject") expect(result.stderr).toContain("Error: rejected on purpose\n    at ");
      else expect(result.stderr).toBe("");
    });
  });
});
