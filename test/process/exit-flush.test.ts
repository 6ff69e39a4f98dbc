import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ProgramResult, programs, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
const end = path.join(programs, "end.mjs");

beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => receiver.forget());

const WAYS = ["grpc", "http", "grpc-first"] as const;

const run = (how: string, env: Record<string, string> = {}): Promise<ProgramResult> =>
  runProgram(end, {
    env: {
      WAY: "grpc-first",
      HTTP_URL: receiver.httpUrl,
      GRPC_URL: receiver.grpcUrl,
      END: how,
      ...env,
    },
  });

interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: RegExp;
}

const silent = { code: null, signal: null, stderr: /^$/ };

/** How the process ends without us, for every way to end. */
const ENDS: Record<string, End> = {
  natural: { ...silent, code: 0 },
  exit: { ...silent, code: 0 },
  "exit-after-work": { ...silent, code: 4 },
  throw: { ...silent, code: 1, stderr: /Error: thrown on purpose\n {4}at / },
  reject: { ...silent, code: 1, stderr: /Error: rejected on purpose\n {4}at / },
  sigterm: { ...silent, signal: "SIGTERM" },
  sigint: { ...silent, signal: "SIGINT" },
};

describe.each(Object.entries(ENDS))("a program that ends by %s", (how, { code, signal, stderr }) => {
  describe.each(WAYS)("over %s", (way) => {
    test.each([
      [10, 200],
      [2000, 500],
    ])("delivers %i spans of %i bytes and keeps its status", async (spans, bytes) => {
      const result = await run(how, { WAY: way, SPANS: String(spans), BYTES: String(bytes) });
      expect(receiver.uniqueSpanCount).toBe(how === "exit-after-work" ? 2 * spans : spans);
      expect(result).toMatchObject({ code, signal, stdout: "" });
      expect(result.stderr).toMatch(stderr);
    });
  });
});
