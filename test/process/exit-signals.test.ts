// Signals that the program listens to are its own: it hears them at once, and what it holds is delivered in its end.
import { createServer, type ServerResponse } from "node:http";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ProgramOptions, type ProgramResult, programs, runProgram } from "./run-program.ts";
import { listenOnOwnPort } from "../support/own-ports.ts";

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => receiver.forget());

/** Nothing is sent before the end but by the end. */
const LAZY = { OTEL_BSP_SCHEDULE_DELAY: "60000" };

const run = (
  how: string,
  env: Record<string, string> = {},
  options: Partial<ProgramOptions> = {},
): Promise<ProgramResult> =>
  runProgram(path.join(programs, "end.mjs"), {
    ...options,
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

  test("is not kept waiting by a server that is slow to answer", async () => {
    // It answers as soon as the program has heard the signal.
    const waiting: ServerResponse[] = [];
    let hasHeard = false;
    const answer = (response: ServerResponse): void => void response.writeHead(200).end();
    const server = createServer((request, response) => {
      request.resume().on("end", () => (hasHeard ? answer(response) : waiting.push(response)));
    });
    const port = await listenOnOwnPort(server);
    const onOutput = (): void => {
      hasHeard = true;
      for (const response of waiting.splice(0)) answer(response);
    };
    const result = await run("sigterm-own-counted", { HTTP_URL: `http://127.0.0.1:${port}` }, { onOutput });
    server.close();
    expect(result).toMatchObject({ code: 5, stderr: "" });
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
