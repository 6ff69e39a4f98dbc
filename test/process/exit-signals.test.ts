// Signals that the program listens to are its own: it hears them at once, and what it holds is delivered in its end.
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

/** Nothing is sent before the end but by the end. */
const LAZY = { OTEL_BSP_SCHEDULE_DELAY: "60000" };

const run = (how: string, env: Record<string, string> = {}): Promise<ProgramResult> =>
  runProgram(path.join(programs, "end.mjs"), {
    env: {
      WAY: "http",
      HTTP_URL: receiver.httpUrl,
      GRPC_URL: receiver.grpcUrl,
      END: how,
      ...LAZY,
      ...env,
    },
  });

describe("a program's own signal listener", () => {
  test.each(["http", "grpc"])("runs before anything is delivered, over %s", async (WAY) => {
    const result = await run("sigterm-own-counted", { WAY });
    expect(result).toMatchObject({ code: 5, signal: null, stdout: "0 delivered", stderr: "" });
    expect(receiver.uniqueSpanCount).toBe(10);
  });

  test("runs at once however long the server takes", async () => {
    receiver.respond(() => ({ kind: "hang" }));
    const result = await run("sigterm-own-counted");
    expect(result.stdout).toBe("0 delivered");
    expect(result.stderr).toMatch(/^PHX401 10 spans were not delivered .*\n$/);
  });

  test.each(["http", "stock"])("has what ended sent while the program goes on, over %s", async (WAY) => {
    const result = await run("sigterm-own-patient", { WAY });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 5, signal: null, stderr: "" });
  });

  test.each([
    ["at once", "sigterm-again"],
    ["having taken back every listener", "sigterm-again-alone"],
    ["later", "sigterm-again-later"],
  ])("that sends the signal once more, %s, ends by it with everything delivered", async (_, how) => {
    const result = await run(how);
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: null, signal: "SIGTERM", stderr: "" });
  });

  test("of a library that acts only where it is alone finds itself alone", async () => {
    const result = await run("sigterm-only-alone");
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: null, signal: "SIGTERM", stdout: "1 listener", stderr: "" });
  });
});
