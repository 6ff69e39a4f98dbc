// What a process leaves, and what the next one makes of it: every way to end, over every way to a server.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ProgramOptions, type ProgramResult, programs, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
let folder: string;
beforeEach(() => {
  receiver.forget();
  const made = mkdtempSync(path.join(tmpdir(), "spool-"));
  folder = path.join(made, "parent", "spool");
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
});

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
      SPOOL: JSON.stringify(folder),
      ...env,
    },
  });

const files = (ending = ".spool"): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(ending)) : [];
const linesOf = ({ stderr }: { stderr: string }, code: string): string[] =>
  stderr.split("\n").filter((line) => line.startsWith(code));
/** From now on the server refuses everything in this way, until `welcome()`. */
const refuse = (status: number): void => void receiver.respond(() => ({ kind: "http", status, body: "no" }));
const welcome = (): void => receiver.respond(undefined);

/** How a process ends without us. */
const ENDS = {
  natural: { code: 0, signal: null },
  "natural-code-3": { code: 3, signal: null },
  exit: { code: 0, signal: null },
  "exit-7": { code: 7, signal: null },
  throw: { code: 1, signal: null },
  reject: { code: 1, signal: null },
  sigterm: { code: null, signal: "SIGTERM" },
  sigint: { code: null, signal: "SIGINT" },
  "sigterm-own-exit-5": { code: 5, signal: null },
  "shutdown-and-end": { code: 0, signal: null },
} as const;

describe.each(Object.entries(ENDS))("a process that ends by %s", (how, end) => {
  test.each(["http", "grpc", "grpc-first"])(
    "over %s leaves one whole file, and the next one sends it",
    async (way) => {
      refuse(503);
      const first = await run(how, { WAY: way });
      expect(first).toMatchObject(end);
      expect(linesOf(first, "PHX407")).toEqual([expect.stringMatching(/^PHX407 10 spans /)]);
      expect(linesOf(first, "PHX407")[0]).toContain(folder);
      expect(first.stderr).not.toMatch(/PHX401|PHX318/);
      expect(files()).toHaveLength(1);
      expect(readdirSync(folder)).toEqual(files());
      expect(statSync(path.join(folder, files()[0]!)).mode & 0o777).toBe(0o600);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(statSync(path.dirname(folder)).mode & 0o777).toBe(0o700);

      welcome();
      expect(receiver.uniqueSpanCount).toBe(0);
      const second = await run("natural", { WAY: way, SPANS: "3" });
      expect(second).toMatchObject({ code: 0, stderr: "" });
      expect(receiver.uniqueSpanCount).toBe(13);
      expect(receiver.spanIds).toHaveLength(13);
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

test.each([401, 403, 404, 503])("what is refused by %i is kept", async (status) => {
  refuse(status);
  const result = await run("exit");
  expect(linesOf(result, "PHX407")).toHaveLength(1);
  expect(files()).toHaveLength(1);
});
