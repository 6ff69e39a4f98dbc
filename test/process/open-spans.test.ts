// Spans that are open when the process ends are ended as abandoned, with what came until then, and delivered.
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ProgramResult, programs, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => receiver.forget());

const run = (env: Record<string, string>): Promise<ProgramResult> =>
  runProgram(path.join(programs, "open-spans.mjs"), { env });

const OPEN = "wait true undefined\nspeak true Hel\nrun true undefined\n";

describe("a program that ends with spans open", () => {
  test.each([
    ["natural", 0],
    ["exit", 3],
    ["throw", 1],
  ])("%s: ends them for the program's own processor, the innermost first", async (how, code) => {
    const { stdout, code: got } = await run({ HOW: how });
    expect([stdout, got]).toEqual([OPEN, code]);
  });

  test("by a signal, too, which still ends it", async () => {
    const { stdout, signal } = await run({ HOW: "signal" });
    expect([stdout, signal]).toEqual([OPEN, "SIGTERM"]);
  });

  test.each(["natural", "exit", "throw", "signal"])("%s: delivers them", async (how) => {
    const { stderr } = await run({ HOW: how, HTTP_URL: receiver.httpUrl });
    expect(receiver.uniqueSpanCount).toBe(3);
    expect(stderr).not.toContain("PHX");
  });

  test("leaves open what a listener of the program starts at the end", async () => {
    const { stdout } = await run({ HOW: "again" });
    expect(stdout).toBe(`${OPEN}afterwards undefined undefined\n`);
  });

  test("ends nothing where the end is not listened to", async () => {
    expect((await run({ HOW: "natural", FLUSH_ON_EXIT: "false" })).stdout).toBe("");
  });
});
