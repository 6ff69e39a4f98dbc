// What a gRPC connection means for the process it is in.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { startConnectProxy } from "../support/connect-proxy.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ProgramResult, programs, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
const program = fileURLToPath(
  new URL("../../node_modules/.cache/phoenix-otel/grpc-call.mjs", import.meta.url),
);

// The sender alone, which no public name gives: at the end of a program with register() the exit flush waits.
beforeAll(async () => {
  await build({
    entryPoints: [path.join(programs, "grpc-call.mjs")],
    outfile: program,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
  });
});
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

const run = (env: Record<string, string> = {}): Promise<ProgramResult> =>
  runProgram(program, { env: { GRPC_URL: receiver.grpcUrl, ...env } });

const TAKEN = JSON.stringify({ code: 0, loaded: [] });
/** Node's, for an await that nothing will ever end. */
const NOTHING_LEFT_TO_DO = 13;

test("an idle connection lets the process end, and grpc-js was not loaded for it", async () => {
  expect(await run()).toMatchObject({ code: 0, stdout: TAKEN, stderr: "" });
});

test("an idle connection through a proxy lets the process end", async () => {
  const proxy = await startConnectProxy();
  onTestFinished(() => proxy.close());
  expect(await run({ PROXY: proxy.url })).toMatchObject({ code: 0, stdout: TAKEN, stderr: "" });
  expect(proxy.seen).toHaveLength(1);
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

test("a call in flight over grpc-js holds nothing either", async () => {
  const secure = await startOtlpReceiver({ tls: true });
  secure.hang();
  const result = await run({
    HOLDS_PROCESS: "false",
    WORK_MILLIS: "2000",
    GRPC_URL: secure.grpcUrl.replace("127.0.0.1", "localhost"),
    AUTHORITY: secure.certificates?.authority.certFile ?? "",
  });
  expect(result).toMatchObject({ code: NOTHING_LEFT_TO_DO, stdout: "" });
  expect(secure.requests).toHaveLength(1);
  await secure.stop();
});
