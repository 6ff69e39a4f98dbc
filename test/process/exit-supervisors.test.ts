// The signals of terminals, package managers and supervisors, which send several, wait for little, and kill.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { checkout } from "../support/run-program.ts";
import { type ProgramResult, programs, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
// One each: what a process had under way when it ended may arrive later.
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

type Sender = (child: ChildProcess) => void;

/** Runs a program that waits, until `send` has sent what ends it. */
const run = (send: Sender, env: Record<string, string> = {}): Promise<ProgramResult> => {
  let isReady = false;
  return runProgram(path.join(programs, "end.mjs"), {
    env: {
      WAY: "http",
      HTTP_URL: receiver.httpUrl,
      END: "wait-for-signal",
      OTEL_BSP_SCHEDULE_DELAY: "60000",
      ...env,
    },
    onOutput: (_, child) => {
      if (!isReady) send(child);
      isReady = true;
    },
  });
};

/** As soon as the exit delivers. */
const meanwhile = (then: () => void): void => void receiver.waitForRequests(1).then(then);

describe("a signal that nobody listens to", () => {
  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const)(
    "ends the process as ever, with everything delivered: %s",
    async (signal) => {
      const result = await run((child) => child.kill(signal));
      expect(receiver.uniqueSpanCount).toBe(10);
      expect(result).toMatchObject({ code: null, signal, stderr: "" });
    },
  );

  test.each([
    // npm and yarn pass a Ctrl-C on that the terminal sent to all, nodemon signals each process of a tree.
    ["SIGINT", "SIGINT"],
    ["SIGUSR2", "SIGUSR2"],
    // What does not end at once gets another one.
    ["SIGINT", "SIGTERM"],
    ["SIGTERM", "SIGHUP"],
  ] as const)("and a second one while it delivers: %s, %s", async (first, second) => {
    receiver.delay(300);
    const result = await run((child) => {
      meanwhile(() => child.kill(second));
      child.kill(first);
    });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: null, signal: first, stderr: "" });
  });

  test("and two more of them while it delivers: it ends, and says what is left", async () => {
    // A few at a time, and more of them than in the time for which the process is blocked.
    receiver.delay(400);
    const result = await run(
      (child) => {
        meanwhile(() => {
          for (const signal of ["SIGINT", "SIGTERM"] as const) child.kill(signal);
        });
        child.kill("SIGINT");
      },
      { SPANS: "100", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "1" },
    );
    expect(result).toMatchObject({ code: null, signal: "SIGINT" });
    expect(result.stderr).toMatch(/^PHX401 \d+ spans were not delivered [^\n]*\n$/);
  });

  test("and a delivery that takes longer than some wait is announced", async () => {
    receiver.delay(600);
    const result = await run((child) => child.kill("SIGINT"), {
      SPANS: "40",
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "1",
    });
    expect(receiver.uniqueSpanCount).toBe(40);
    expect(result).toMatchObject({ code: null, signal: "SIGINT" });
    expect(result.stderr).toMatch(/^PHX403 \d+ spans are still being delivered [^\n]*\n$/);
  });

  test("and a program that ends by itself meanwhile still ends by the signal", async () => {
    receiver.delay(900);
    const result = await run((child) => child.kill("SIGTERM"), { END: "ends-meanwhile" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: null, signal: "SIGTERM" });
  });
});

describe("a signal that the program listens to", () => {
  test.each(["SIGHUP", "SIGUSR2"] as const)("is its own: %s", async (signal) => {
    const result = await run((child) => child.kill(signal), { END: "hears", HEARS: signal });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 5, signal: null, stdout: `ready${signal}`, stderr: "" });
  });
});

describe("under tsx, which kills what does not answer within 30 ms", () => {
  const tsx = path.join(checkout, "node_modules/tsx/dist/cli.mjs");

  test.each([
    ["SIGINT", "", 130],
    ["SIGTERM", "", 143],
    ["SIGINT", "slow", 130],
    ["SIGTERM", "slow", 143],
  ] as const)("%s delivers everything (%s)", async (signal, server, code) => {
    receiver.delay(server === "slow" ? 400 : 0);
    const child = spawn(process.execPath, [tsx, path.join(programs, "end.mjs")], {
      env: { PATH: process.env["PATH"], WAY: "http", HTTP_URL: receiver.httpUrl, END: "wait-for-signal" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.once("data", () => child.kill(signal));
    const ended = (await once(child, "close")) as [number | null, string | null];
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(ended).toEqual([code, null]);
  });
});
