// A process whose working directory is gone: process.cwd() throws, and a thread cannot be started there.
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

/** A shell whose directory is gone, for what it runs. */
const NOWHERE = ["sh", "-c", 'cd "$(mktemp -d)" && rmdir "$PWD" && exec "$@"', "sh"];

const run = (env: Record<string, string>): Promise<ProgramResult> =>
  runProgram(path.join(programs, "removed-directory.mjs"), {
    command: env["WHEN"] === "before start" ? NOWHERE : [],
    env: { HTTP_URL: receiver.httpUrl, OTEL_BSP_SCHEDULE_DELAY: "60000", ...env },
  });

describe.each(["before start", "before register", "before the end", "at the end"])("removed %s", (WHEN) => {
  test.each([
    ["natural", { code: 0, signal: null }],
    ["exit", { code: 7, signal: null }],
    ["throw", { code: 1, signal: null }],
    ["SIGTERM", { code: null, signal: "SIGTERM" }],
  ])("everything is delivered by %s", async (END, how) => {
    const result = await run({ WHEN, END });
    expect(receiver.uniqueSpans.map(({ name }) => name)).toEqual(["span"]);
    expect(result).toMatchObject({ ...how, stdout: "" });
    expect(result.stderr).not.toContain("PHX");
  });
});

test("the program is where it was, for its own exit listeners", async () => {
  const result = await run({ WHEN: "before the end", END: "asks" });
  expect(receiver.uniqueSpanCount).toBe(1);
  expect(result).toMatchObject({ code: 0, stdout: "ENOENT", stderr: "" });
});

test("a worker thread of the program says what it cannot deliver", async () => {
  const result = await run({ WHEN: "in a thread", END: "in a thread" });
  expect(result).toMatchObject({ code: 0, stdout: "thread 7" });
  expect(result.stderr).toMatch(/^PHX402 1 span was not delivered .*working directory[^\n]*\n$/);
});
