// A program that ends itself in a listener of its own: with everything delivered, and as it would without us.
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

const run = (WHERE: string, WHEN: string, HOW: string): Promise<ProgramResult> =>
  runProgram(path.join(programs, "ends-itself.mjs"), {
    env: { WHERE, WHEN, HOW, HTTP_URL: receiver.httpUrl, OTEL_BSP_SCHEDULE_DELAY: "60000" },
  });

type How = Pick<ProgramResult, "code" | "signal">;
const code = (value: number): How => ({ code: value, signal: null });
const signal = (value: NodeJS.Signals): How => ({ code: null, signal: value });

/** How a program ended, and the spans that arrived. */
async function endOf(
  where: string,
  when: string,
  how: string,
): Promise<How & { spans: string[]; said: string[] }> {
  const { code: exitCode, signal: name, stderr } = await run(where, when, how);
  const spans = receiver.uniqueSpans.map((span) => span.name);
  return { code: exitCode, signal: name, spans, said: stderr.match(/^PHX.*$/gm) ?? [] };
}
const delivered = (ended: How): object => ({ ...ended, spans: ["span"], said: [] });

const SIGNAL_ROWS: [string, string, How][] = [
  ["SIGTERM", "exit", code(3)],
  ["SIGTERM", "again", signal("SIGTERM")],
  ["SIGUSR2", "SIGKILL", signal("SIGKILL")],
];

describe.each(["older", "younger", "first of all"])("a listener that is %s", (when) => {
  test.each<[string, string, How]>([
    ["beforeExit", "exit", code(3)],
    ["beforeExit", "SIGTERM", signal("SIGTERM")],
    ["exit", "exit", code(3)],
    ["exit", "SIGHUP", signal("SIGHUP")],
    ["exit", "throw", code(1)],
    ...SIGNAL_ROWS,
  ])("to %s ends by %s", async (where, how, ended) => {
    expect(await endOf(where, when, how)).toEqual(delivered(ended));
  });
});

test.each(SIGNAL_ROWS)("a listener that hears %s once, and first, ends by %s", async (where, how, ended) => {
  expect(await endOf(where, "once, first of all", how)).toEqual(delivered(ended));
});

describe("a program that takes all listeners away", () => {
  test.each<[string, string, How]>([
    ["exit", "exit", code(3)],
    ["SIGTERM", "SIGTERM", signal("SIGTERM")],
    ["everything", "exit", code(3)],
    ["everything", "SIGHUP", signal("SIGHUP")],
  ])("to %s still delivers at its end by %s", async (where, how, ended) => {
    expect(await endOf(where, "nobody", how)).toEqual(delivered(ended));
  });
});

test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2", "SIGKILL"] as const)(
  "a program that sends itself %s ends in the call",
  async (name) => {
    expect(await endOf("nowhere", "younger", name)).toEqual(delivered(signal(name)));
  },
);
