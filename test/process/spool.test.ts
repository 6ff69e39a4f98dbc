// What a process leaves, and what the next one makes of it: every way to end, over every way to a server.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { leastMillis } from "../support/stopwatch.ts";
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
const refuse = (status: number): void => receiver.respond(() => ({ kind: "http", status, body: "no" }));
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

/** The way to the server matters little to these; each has its turn with the three that differ most. */
const waysOf = (how: string): string[] =>
  ["natural", "exit", "sigterm"].includes(how) ? ["http", "grpc", "grpc-first"] : ["http"];

describe.each(Object.entries(ENDS))("a process that ends by %s", (how, end) => {
  test.each(waysOf(how))("over %s leaves one whole file, and the next one sends it", async (way) => {
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
  });
});

test.each([401, 403, 404, 503])("what is refused by %i is kept", async (status) => {
  refuse(status);
  const result = await run("exit");
  expect(linesOf(result, "PHX407")).toHaveLength(1);
  expect(files()).toHaveLength(1);
});

test("nothing of the program is changed by a spool that is not needed", async () => {
  const result = await run("exit-7");
  expect(result).toMatchObject({ code: 7, signal: null, stdout: "", stderr: "" });
  expect(receiver.uniqueSpanCount).toBe(10);
  expect(existsSync(folder)).toBe(false);
});

test.each(["http", "grpc-first"])(
  "a process that exits at once sends what it finds over %s, beside its own spans",
  async (way) => {
    refuse(503);
    await run("exit", { WAY: way });
    welcome();
    const second = await run("exit", { WAY: way, SPANS: "3" });
    expect(second).toMatchObject({ code: 0, stderr: "" });
    expect(receiver.spanIds).toHaveLength(13);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test("a process that exits at once and is refused again leaves a file more, and the first as it was", async () => {
  refuse(503);
  await run("exit");
  const [first] = files();
  const second = await run("exit", { SPANS: "3" });
  expect(linesOf(second, "PHX407")[0]).toMatch(/^PHX407 3 spans /);
  expect(files()).toHaveLength(2);
  expect(files()).toContain(first);
  welcome();
  await run("natural", { SPANS: "1" });
  expect(receiver.spanIds).toHaveLength(14);
});

test("what ends in the program's own exit listener is in the same file", async () => {
  refuse(503);
  const result = await run("late-span");
  expect(result).toMatchObject({ code: 2 });
  expect(linesOf(result, "PHX407")).toHaveLength(1);
  expect(files()).toHaveLength(1);
  welcome();
  await run("natural", { SPANS: "1" });
  expect(receiver.uniqueSpans.map(({ name }) => name)).toContain("late-0");
  expect(receiver.spanIds).toHaveLength(12);
});

test("thousands of spans that end in the program's own exit listener hold its end for some seconds at most", async () => {
  refuse(401);
  const result = await run("late-spans");
  expect(result).toMatchObject({ code: 2 });
  expect(Number(result.stdout)).toBeLessThan(15_000);
  expect(linesOf(result, "PHX407")).toHaveLength(1);
  welcome();
  await run("natural", { SPANS: "1" });
  expect(receiver.uniqueSpanCount).toBeGreaterThan(20);
});

test("two servers of one process have a file each, told in one line", async () => {
  const other = await startOtlpReceiver();
  onTestFinished(() => other.stop());
  for (const each of [receiver, other]) each.respond(() => ({ kind: "http", status: 503, body: "no" }));
  const env = { WAY: "two-servers", GRPC_URL: other.httpUrl };
  const first = await run("exit", env);
  expect(linesOf(first, "PHX407")).toEqual([expect.stringMatching(/^PHX407 20 spans /)]);
  expect(files()).toHaveLength(2);
  for (const each of [receiver, other]) each.respond(undefined);
  await run("natural", { ...env, SPANS: "1" });
  expect([receiver, other].map(({ spanIds }) => spanIds.length)).toEqual([11, 11]);
});

test("a worker thread has a file of its own", async () => {
  refuse(503);
  const result = await run("worker", { IN_WORKER: "exit" });
  expect(result.stdout).toBe("worker 0");
  expect(files()).toHaveLength(2);
  expect(linesOf(result, "PHX407")).toHaveLength(2);
  welcome();
  await run("natural", { SPANS: "1" });
  expect(receiver.spanIds).toHaveLength(21);
});

describe("without flushOnExit", () => {
  test("only shutdown() keeps spans", async () => {
    refuse(503);
    expect(await run("exit", { FLUSH_ON_EXIT: "false" })).toMatchObject({ code: 0, stderr: "" });
    expect(files()).toEqual([]);
    await run("shutdown-and-end", { FLUSH_ON_EXIT: "false" });
    expect(files()).toHaveLength(1);
  });
});

test("a server that takes requests and says nothing holds a natural end no longer than ever", async () => {
  refuse(503);
  await run("exit");
  receiver.respond(() => ({ kind: "hang" }));
  const heldMillis = await leastMillis(6_000, async () => {
    const { stdout, stderr } = await run("natural-timed", { SPANS: "0" });
    expect(stderr).toBe("");
    return Number(stdout);
  });
  // 1.5 s of waiting is the bound; an attempt's own time would be 10 s.
  expect(heldMillis).toBeLessThan(6_000);
  expect(files()).toHaveLength(1);
});

test.each([0o000, 0o777])("the modes do not depend on a umask of %i", async (umask) => {
  refuse(503);
  const before = process.umask(umask);
  try {
    await run("exit");
  } finally {
    process.umask(before);
  }
  expect(statSync(path.join(folder, files()[0]!)).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(path.dirname(folder)).mode & 0o777).toBe(0o700);
});

test("a folder that is there keeps its mode, and true is the user's own", async () => {
  refuse(503);
  const state = path.join(path.dirname(path.dirname(folder)), "state");
  mkdirSync(path.join(state, "phoenix-otel/spool"), { recursive: true });
  chmodSync(path.join(state, "phoenix-otel/spool"), 0o750);
  await run("exit", { SPOOL: "true", XDG_STATE_HOME: state });
  expect(readdirSync(path.join(state, "phoenix-otel/spool"))).toHaveLength(1);
  expect(statSync(path.join(state, "phoenix-otel/spool")).mode & 0o777).toBe(0o750);
  const home = path.join(path.dirname(path.dirname(folder)), "home");
  await run("exit", { SPOOL: "{}", XDG_STATE_HOME: "relative", HOME: home });
  expect(readdirSync(path.join(home, ".local/state/phoenix-otel/spool"))).toHaveLength(1);
});

describe.each(["exit", "sigterm", "throw"])("a process that ends by %s", (how) => {
  test("and cannot use its folder says so, and ends as without one", async () => {
    refuse(503);
    const file = path.join(path.dirname(path.dirname(folder)), "file");
    writeFileSync(file, "");
    const plain = await runProgram(path.join(programs, "end.mjs"), {
      env: { WAY: "http", HTTP_URL: receiver.httpUrl, GRPC_URL: receiver.grpcUrl, END: how },
    });
    const result = await run(how, { SPOOL: JSON.stringify(path.join(file, "spool")) });
    expect(linesOf(result, "PHX409")).toEqual([expect.stringContaining(file)]);
    expect(linesOf(result, "PHX401")).toEqual(linesOf(plain, "PHX401"));
    expect(result).toMatchObject({ code: plain.code, signal: plain.signal });
  });

  test("and has no room for all counts and says the rest", async () => {
    refuse(503);
    const SPOOL = JSON.stringify({ dir: folder, maxBytes: 20_000 });
    const result = await run(how, { SPOOL, SPANS: "100", BYTES: "1000" });
    const count = (code: string): number => Number(/ (\d+) spans/.exec(linesOf(result, code).join())?.[1]);
    expect(count("PHX407")).toBeGreaterThan(10);
    expect(count("PHX407") + count("PHX401")).toBe(100);
    expect(count("PHX408")).toBe(count("PHX401"));
    expect(statSync(path.join(folder, files()[0]!)).size).toBeLessThanOrEqual(20_000);
  });
});
