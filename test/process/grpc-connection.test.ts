// What a gRPC connection means for the process it is in.
import path from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startConnectProxy } from "../support/connect-proxy.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { buildPrograms, type ProgramResult, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
let folder: string;

beforeAll(async () => {
  folder = await buildPrograms("grpc-connection");
});
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

const run = (env: Record<string, string> = {}): Promise<ProgramResult> =>
  runProgram(path.join(folder, "grpc-call.mjs"), { env: { GRPC_URL: receiver.grpcUrl, ...env } });

const TAKEN = JSON.stringify({ code: 0, loaded: [] });
/** Node's, for an await that nothing will ever end. */
const NOTHING_LEFT_TO_DO = 13;

test("an idle connection lets the process end, and grpc-js was not loaded for it", async () => {
  expect(await run()).toMatchObject({ code: 0, stdout: TAKEN, stderr: "" });
});

test("an idle connection through a proxy lets the process end", async () => {
  const proxy = await startConnectProxy();
  expect(await run({ PROXY: proxy.url })).toMatchObject({ code: 0, stdout: TAKEN, stderr: "" });
  expect(proxy.seen).toHaveLength(1);
  proxy.close();
});

test("a call in flight holds the process", async () => {
  receiver.delay(700);
  expect(await run()).toMatchObject({ code: 0, stdout: TAKEN });
});

test("a call in flight holds nothing where the exit flush waits instead", async () => {
  receiver.hang();
  const result = await run({ HOLDS_PROCESS: "false" });
  expect(result).toMatchObject({ code: NOTHING_LEFT_TO_DO, stdout: "" });
});
