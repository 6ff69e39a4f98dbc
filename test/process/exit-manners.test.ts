import { type ChildProcess, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, request as httpRequest } from "node:http";
import { connect, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, type ScriptedAnswer, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ProgramOptions, type ProgramResult, programs, runProgram } from "./run-program.ts";
import { listenOnOwnPort } from "../support/own-ports.ts";
import { leastMillis } from "../support/stopwatch.ts";

let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => receiver.forget());
const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const NOWHERE = "http://127.0.0.1:1";

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
      ...env,
    },
  });

const listen = async (server: Server): Promise<string> => `http://127.0.0.1:${await listenOnOwnPort(server)}`;

const dateIn = (millis: number): string => new Date(Date.now() + millis).toUTCString();

const isFlag = (flag: string): boolean => process.allowedNodeEnvironmentFlags.has(flag);
const permissionFlag = isFlag("--permission") ? "--permission" : "--experimental-permission";

describe("the exit code", () => {
  test.each([
    ["natural-code-3", 3],
    ["exit-7", 7],
    ["exit-twice", 6],
    ["handler-exits", 11],
  ])("of %s stays %i", async (how, code) => {
    const result = await run(how);
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code, stdout: "", stderr: "" });
  });
});

describe("a program with its own unhandledRejection listener", () => {
  test("that exits keeps its exit code", async () => {
    const result = await run("reject-handled");
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 12, stdout: "", stderr: "" });
  });

  test("that lets it pass ends as if nothing had happened", async () => {
    const result = await run("reject-ignored");
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 0, stdout: "ignored", stderr: "" });
  });
});

test.each(["throw", "reject"])("what node prints for a %s stays as it is", async (how) => {
  const bare = await run(how, { FLUSH_ON_EXIT: "false" });
  const result = await run(how);
  expect(result.stderr).toBe(bare.stderr);
  expect(receiver.uniqueSpanCount).toBe(10);
});

describe("spans in flight", () => {
  const ends = [
    ["exit-in-flight", { code: 0, signal: null }, /^$/],
    ["throw-in-flight", { code: 1, signal: null }, /Error: thrown on purpose/],
    ["sigterm-in-flight", { code: null, signal: "SIGTERM" }, /^$/],
  ] as const;

  describe.each(ends)("are sent again on %s", (how, end, stderr) => {
    test.each(["http", "grpc", "grpc-first"])("over %s", async (WAY) => {
      receiver.hang();
      const arrived = receiver.waitForRequests(1);
      const onStart = (child: ChildProcess): void => {
        void arrived.then(() => child.kill("SIGUSR2"));
      };
      const result = await run(how, { WAY, SPANS: "20" }, { onStart });
      expect(receiver.uniqueSpanCount).toBe(20);
      expect(result).toMatchObject(end);
      expect(result.stderr).toMatch(stderr);
    });
  });

  test("are delivered when the transport has not loaded yet", async () => {
    const result = await run("exit-while-loading", { WAY: "grpc-first" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("spans that end late", () => {
  test("in an exit listener after ours, are delivered by themselves", async () => {
    const result = await run("late-span");
    expect(receiver.uniqueSpans.map(({ name }) => name)).toContain("late-0");
    expect(receiver.uniqueSpanCount).toBe(11);
    expect(result).toMatchObject({ code: 2, stderr: "" });
  });

  test.each([
    ["late-span", 2],
    ["sigterm-graceful", 8],
    ["before-exit-span", 0],
  ])("as the first and only one, are delivered: %s", async (how, code) => {
    const result = await run(how, { SPANS: "0" });
    expect(receiver.uniqueSpans.map(({ name }) => name)).toEqual(["late-0"]);
    expect(result).toMatchObject({ code, stderr: "" });
  });

  test("do not make the line that names the loss come twice", async () => {
    const result = await run("late-span", { HTTP_URL: NOWHERE });
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/^PHX401 10 spans were not delivered [^\n]*\n$/);
  });

  test("in a beforeExit listener, are delivered", async () => {
    const result = await run("before-exit-span");
    expect(receiver.uniqueSpanCount).toBe(11);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("a program with its own signal listener", () => {
  test("that exits at once keeps its exit code", async () => {
    const result = await run("sigterm-own-exit-5");
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 5, signal: null, stderr: "" });
  });

  test("that ends gracefully keeps its exit code, and the spans it ends meanwhile arrive", async () => {
    const result = await run("sigterm-graceful");
    expect(receiver.uniqueSpanCount).toBe(11);
    expect(result).toMatchObject({ code: 8, signal: null, stderr: "" });
  });

  test("that ignores the signal lives on, through a second one too", async () => {
    const result = await run("sigint-ignored");
    expect(receiver.uniqueSpanCount).toBe(11);
    expect(result).toMatchObject({ code: 9, signal: null, stderr: "" });
  });

  test.each([
    ["takes spans", () => undefined],
    ["was silent the first time", () => receiver.hang()],
  ])("that is gone at a second one dies by that, to a server that %s", async (_, prepare) => {
    prepare();
    const arrived = receiver.waitForRequests(1);
    const onStart = (child: ChildProcess): void => {
      void arrived.then(() => child.kill("SIGUSR2"));
    };
    const result = await run("sigint-survived-once", {}, { onStart });
    expect(receiver.uniqueSpanCount).toBe(11);
    expect(result).toMatchObject({ code: null, signal: "SIGINT", stderr: "" });
  });

  test.each([
    ["SIGINT", "http"],
    ["SIGINT", "grpc"],
    ["SIGTERM", "http"],
    ["SIGTERM", "grpc"],
  ])("of signal-exit dies by %s after that ran, over %s", async (signal, WAY) => {
    const result = await run(`${signal.toLowerCase()}-signal-exit`, { WAY });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: null, signal, stdout: "signal-exit ran", stderr: "" });
  });

  test("of signal-exit says what stayed behind, though no exit event comes", async () => {
    const result = await run("sigint-signal-exit", { HTTP_URL: NOWHERE });
    expect(result.signal).toBe("SIGINT");
    expect(result.stderr).toMatch(/^PHX401 10 spans were not delivered .*\n$/);
  });
});

describe("a worker thread", () => {
  // The main thread ends 10 spans of its own.
  test.each([
    ["calls process.exit()", "exit-7", "worker 7"],
    ["ends naturally", "natural", "worker 0"],
    ["throws", "throw", "thrown on purpose, worker 1"],
  ])("delivers its own spans when it %s", async (_, IN_WORKER, stdout) => {
    const result = await run("worker", { IN_WORKER });
    expect(receiver.uniqueSpanCount).toBe(20);
    expect(result).toMatchObject({ code: 0, stdout, stderr: "" });
  });
});

describe("PID 1", () => {
  const unshared = spawnSync("unshare", ["--pid", "--fork", "true"]).status === 0;
  const pidOne = ["unshare", "--pid", "--fork"];

  test.skipIf(!unshared)("delivers at its exit (needs the right to unshare)", async () => {
    const result = await run("exit-7", {}, { command: pidOne });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 7, stderr: "" });
  });

  test.skipIf(!unshared)("delivers on SIGTERM and stays alive, as it would without us", async () => {
    const result = await run("sigterm-pid-1", {}, { command: pidOne });
    expect(receiver.uniqueSpanCount).toBe(11);
    expect(result).toMatchObject({ code: 9, stderr: "" });
  });
});

describe("preloads", () => {
  test("given by --import are traced", async () => {
    const nodeArgs = ["--import", path.join(programs, "preload.mjs")];
    const result = await run("exit-7", {}, { nodeArgs });
    expect(receiver.uniqueSpanCount).toBe(11);
    expect(receiver.uniqueSpans.filter(({ name }) => name === "preloaded")).toHaveLength(1);
    expect(result).toMatchObject({ code: 7, stderr: "" });
  });

  test("given by NODE_OPTIONS are traced", async () => {
    const result = await run("throw", { NODE_OPTIONS: `--import ${path.join(programs, "preload.mjs")}` });
    expect(receiver.uniqueSpanCount).toBe(11);
    expect(result.code).toBe(1);
  });

  // CommonJS, since a worker runs those before its own text; and a file, since its output is nowhere to be seen.
  const counting = async (): Promise<{ preload: string; runs: () => Promise<string[]> }> => {
    const folder = await mkdtemp(path.join(tmpdir(), "preload-"));
    const [preload, record] = [path.join(folder, "counting.cjs"), path.join(folder, "counting.txt")];
    await writeFile(preload, `require("node:fs").appendFileSync(${JSON.stringify(record)}, "ran\\n");`);
    return {
      preload,
      runs: async () => {
        const lines = (await readFile(record, "utf8")).split("\n").filter(Boolean);
        await rm(folder, { recursive: true });
        return lines;
      },
    };
  };

  test("given by --require do not run again in the exit worker", async () => {
    const { preload, runs } = await counting();
    const result = await run("exit-7", {}, { nodeArgs: ["--require", preload] });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(await runs()).toEqual(["ran"]);
    expect(result).toMatchObject({ code: 7, stderr: "" });
  });

  test("given by NODE_OPTIONS do not run again in the exit worker", async () => {
    const { preload, runs } = await counting();
    const result = await run("exit-7", { NODE_OPTIONS: `--require ${preload}` });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(await runs()).toEqual(["ran"]);
    expect(result).toMatchObject({ code: 7, stderr: "" });
  });
});

describe("Node's permission model", () => {
  const allowed = [permissionFlag, "--allow-fs-read=*", "--no-warnings"];
  const net = isFlag("--allow-net") ? ["--allow-net"] : [];

  test("with --allow-worker changes nothing", async () => {
    const result = await run("exit-7", {}, { nodeArgs: [...allowed, ...net, "--allow-worker"] });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 7, stderr: "" });
  });

  test.each(["natural", "sigterm"])("without a worker still delivers on %s", async (how) => {
    const result = await run(how, {}, { nodeArgs: [...allowed, ...net] });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result.stderr).toBe("");
    expect(result.signal).toBe(how === "sigterm" ? "SIGTERM" : null);
  });

  test("without a worker waits while spans get through, however many end meanwhile", async () => {
    const slow = await startOtlpReceiver();
    slow.delay(300);
    const env = { HTTP_URL: slow.httpUrl, SPANS: "2" };
    const result = await run("natural-busy", env, { nodeArgs: [...allowed, ...net] });
    await slow.stop();
    expect(slow.uniqueSpanCount).toBe(62);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });

  test("without a worker says after an uncaught error what is missing", async () => {
    const result = await run("throw", {}, { nodeArgs: [...allowed, ...net] });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/Error: thrown on purpose\n {4}at /);
    expect(result.stderr.match(/^PHX\d+ .*$/gm)).toEqual([
      expect.stringMatching(/^PHX402 10 spans were not delivered .*ERR_ACCESS_DENIED.*--allow-worker/),
    ]);
  });

  test("without a worker two processors say one line together", async () => {
    const env = { WAY: "two-servers", HTTP_URL: NOWHERE, GRPC_URL: NOWHERE };
    const result = await run("exit-7", env, { nodeArgs: [...allowed, ...net] });
    expect(result.stderr).toMatch(/^PHX402 20 spans were not delivered [^\n]*\n$/);
  });

  test("without a worker dies by SIGTERM after a wait in vain", async () => {
    const result = await run("sigterm", { HTTP_URL: NOWHERE }, { nodeArgs: [...allowed, ...net] });
    expect(result).toMatchObject({ code: null, signal: "SIGTERM" });
    expect(result.stderr).toMatch(/^PHX402 10 spans were not delivered [^\n]*\n$/);
  });

  test("without a worker says on process.exit() what is missing", async () => {
    const result = await run("exit-7", {}, { nodeArgs: [...allowed, ...net] });
    expect(result.code).toBe(7);
    expect(result.stderr).toMatch(
      /^PHX402 10 spans were not delivered .*ERR_ACCESS_DENIED.*--allow-worker.*\n$/,
    );
  });
});

describe("with nothing listening", () => {
  test.each(["http", "grpc", "grpc-first"])(
    "a script over %s ends as it would and says one line",
    async (WAY) => {
      const env = { WAY, HTTP_URL: NOWHERE, GRPC_URL: NOWHERE };
      const result = await run("natural", env);
      expect(result).toMatchObject({ code: 0, stdout: "" });
      expect(result.stderr).toMatch(
        /^PHX401 10 spans were not delivered before the process ended: .* refused the connection.*\n$/,
      );
    },
  );

  test.each(["natural", "exit", "sigterm"])("two processors say one line together on %s", async (how) => {
    const env = { WAY: "two-servers", HTTP_URL: NOWHERE, GRPC_URL: "http://127.0.0.1:2" };
    const result = await run(how, env);
    expect(result.stderr).toMatch(
      /^PHX401 20 spans were not delivered before the process ended\. 10 spans: Phoenix cannot be reached at http:\/\/127\.0\.0\.1:1\/.* 10 spans: Phoenix cannot be reached at http:\/\/127\.0\.0\.1:2\/.*\n$/,
    );
  });

  test("two processors with one server give one reason", async () => {
    const env = { WAY: "two-servers", HTTP_URL: NOWHERE, GRPC_URL: NOWHERE };
    const result = await run("exit", env);
    expect(result.stderr).toMatch(
      /^PHX401 20 spans were not delivered before the process ended: Phoenix cannot be reached at [^\n]*\n$/,
    );
    expect(result.stderr.split("cannot be reached")).toHaveLength(2);
  });

  test("one span is spoken of as one", async () => {
    const result = await run("exit", { HTTP_URL: NOWHERE, SPANS: "1" });
    expect(result.stderr).toMatch(/^PHX401 1 span was not delivered /);
  });
});

describe("a silent server", () => {
  test.each([
    ["natural-timed", "http"],
    ["natural-timed", "grpc"],
    ["exit-timed", "http"],
  ])("holds a %s end over %s for two seconds", async (how, WAY) => {
    receiver.respond(() => ({ kind: "hang" }));
    const result = await run(how, { WAY });
    const heldMillis = Number(result.stdout);
    expect(heldMillis).toBeGreaterThan(1_900);
    // The bound is proven with a simulated clock (test/exit); this says that it is the bound of a process.
    expect(heldMillis).toBeLessThan(8_000);
    expect(result.stderr).toMatch(/^PHX401 10 spans were not delivered .*\n$/);
  });

  test("does not keep a signal from ending the process, over gRPC", async () => {
    receiver.respond(() => ({ kind: "hang" }));
    const result = await run("sigterm", { WAY: "grpc" });
    expect(result).toMatchObject({ code: null, signal: "SIGTERM" });
    expect(result.stderr).toMatch(/^PHX401 10 spans were not delivered .*\n$/);
  });

  test("that never answers a connection lets gRPC-first end in time", async () => {
    const silent = createTcpServer(() => undefined);
    const url = await listen(silent);
    const result = await run("exit", { WAY: "grpc-first", GRPC_URL: url });
    silent.close();
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("a server that has to be asked twice", () => {
  const answerSpan77With = (status: number, body: string): void =>
    receiver.respond(({ spans }) =>
      spans.some(({ name }) => name === "span-77") ? { kind: "http", status, body } : undefined,
    );

  test("because it is full gets the spans", async () => {
    receiver.answer(503).then(503);
    const result = await run("exit", { WAY: "http" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result.stderr).toBe("");
  });

  test("because it is full gets the spans by gRPC", async () => {
    receiver.answerGrpc(14, "Server is at capacity and cannot process more requests");
    const result = await run("exit", { WAY: "grpc" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result.stderr).toBe("");
  });

  const passing = {
    http: [408, 425, 429, 500, 502, 503, 504, 507, 520, 529],
    grpc: [1, 2, 4, 8, 10, 11, 13, 14, 15],
  };
  test.each(passing.http)("because it answered %i once gets the spans", async (status) => {
    receiver.answer(status);
    const result = await run("exit", { WAY: "http" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });
  test.each(passing.grpc)("because it answered gRPC %i once gets the spans", async (code) => {
    receiver.answerGrpc(code, "not now");
    const result = await run("exit", { WAY: "grpc" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });

  test.each<[string, string, () => ScriptedAnswer]>([
    ["seconds", "http", () => ({ kind: "http", status: 503, retryAfter: 1 })],
    // A date has whole seconds: this one is 0.5 to 1.5 s away.
    ["a date", "http", () => ({ kind: "http", status: 503, retryAfter: dateIn(1500) })],
    ["RetryInfo", "grpc", () => ({ kind: "grpc", code: 14, details: "not now", retryAfter: 1 })],
  ])("that says when, by %s, is asked then", async (_, WAY, notNow) => {
    receiver.respond(() => (receiver.requests.length === 1 ? notNow() : undefined));
    const result = await run("exit", { WAY });
    const [first, second] = receiver.requests;
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(second!.atMillis - first!.atMillis).toBeGreaterThan(400);
    expect(result.stderr).toBe("");
  });

  test("that says a minute is not waited for", async () => {
    receiver.answer(429, { retryAfter: 60, times: Infinity });
    const result = await run("exit");
    expect(receiver.requests).toHaveLength(1);
    expect(result.stderr).toMatch(/^PHX401 10 spans .* answers 429\. .*\n$/);
  });

  test.each([
    ["http", () => receiver.answer(500, { times: Infinity }), "answers 500"],
    ["grpc", () => receiver.answerGrpc(13, "broken", { times: Infinity }), "answers gRPC status 13"],
  ])("that breaks each time is asked a few times over %s", async (WAY, answerAlways, words) => {
    answerAlways();
    const result = await run("exit", { WAY });
    expect(receiver.requests.length).toBeGreaterThan(2);
    expect(receiver.requests.length).toBeLessThan(10);
    expect(result.stderr).toMatch(/^PHX401 10 spans were not delivered .*\n$/);
    expect(result.stderr).toContain(words);
  });

  test.each(["http", "grpc"])("because it breaks at one span gets the others over %s", async (WAY) => {
    answerSpan77With(500, "cannot read that");
    const result = await run("exit-counted", { WAY, SPANS: "200" });
    expect(receiver.uniqueSpanCount).toBe(199);
    expect(JSON.parse(result.stdout)).toMatchObject({ emitted: 200, delivered: 199, queued: 1, inFlight: 0 });
    expect(result.stderr).toMatch(/^PHX401 1 span was not delivered .*\n$/);
  });

  test("because it cut the connection gets the spans", async () => {
    receiver.reset();
    const result = await run("exit", { WAY: "http" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result.stderr).toBe("");
  });

  test("because the request was too large gets it in halves", async () => {
    receiver.maxBytes(100_000);
    const result = await run("exit", { WAY: "http", SPANS: "200", BYTES: "2000" });
    receiver.maxBytes(1e9);
    expect(receiver.uniqueSpanCount).toBe(200);
    expect(result.stderr).toMatch(/^PHX311 .*\n$/);
  });

  test("several times more, after a request that was too large, gets the spans", async () => {
    receiver.answer(413).then(500, { times: 4 });
    const result = await run("exit", { WAY: "http" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result.stderr).toBe("");
  });

  test.each(["http", "grpc"])("because it refuses one span of 200 gets the others over %s", async (WAY) => {
    answerSpan77With(400, "no such span");
    const result = await run("exit-counted", { WAY, SPANS: "200" });
    expect(receiver.uniqueSpanCount).toBe(199);
    expect(receiver.uniqueSpans.map(({ name }) => name)).not.toContain("span-77");
    expect(JSON.parse(result.stdout)).toMatchObject({
      emitted: 200,
      delivered: 199,
      dropped: { rejected: 1 },
    });
    expect(result.stderr).toMatch(/^PHX312 .* "span-77": "no such span"\. .*\n$/);
  });

  test("but refuses the key is not asked again, and the program ends", async () => {
    receiver.respond(() => ({ kind: "http", status: 401 }));
    const result = await run("exit", { WAY: "http" });
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.requests[0]?.headers["x-key"]).toBe("secret");
    expect(result.stderr).toMatch(/^PHX401 10 spans .* answered 401 at .*\n$/);
    expect(result.stderr).not.toContain("secret");
  });
});

describe("a key that an asynchronous function gives", () => {
  const locked = (): void =>
    receiver.respond(({ headers }) =>
      headers["authorization"] === "Bearer late-key" ? undefined : { kind: "http", status: 401 },
    );

  test.each(["http", "grpc", "grpc-first"])("is known at exit when it came before, over %s", async (WAY) => {
    locked();
    const env = { WAY, KEY_AFTER_MILLIS: "1", OTEL_BSP_SCHEDULE_DELAY: "60000" };
    const result = await run("exit-later", env);
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });

  test.each(["natural", "sigterm"])("is waited for on %s", async (how) => {
    locked();
    const result = await run(how, { KEY_AFTER_MILLIS: "300" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result.stderr).toBe("");
    expect(result.signal).toBe(how === "sigterm" ? "SIGTERM" : null);
  });

  test("goes to the worker when waiting brought it, but no answer", async () => {
    let withKey = 0;
    receiver.respond(({ headers }) => {
      if (headers["authorization"] !== "Bearer late-key") return { kind: "http", status: 401 };
      return ++withKey === 1 ? { kind: "hang" } : undefined;
    });
    const result = await run("sigterm", { KEY_AFTER_MILLIS: "300" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: null, signal: "SIGTERM", stderr: "" });
  });

  test.each(["exit", "sigterm"])("is not blamed when it never came before %s", async (how) => {
    locked();
    const result = await run(how, { KEY_AFTER_MILLIS: "60000" });
    expect(result.signal).toBe(how === "sigterm" ? "SIGTERM" : null);
    expect(result.stderr).toMatch(
      /^PHX401 10 spans were not delivered .* apiKey .* had given nothing yet.* 401.*provider\.forceFlush\(\).*\n$/,
    );
  });

  test.each(["exit-later", "natural"])("may fail without harm to a %s end", async (how) => {
    locked();
    const result = await run(how, { KEY_AFTER_MILLIS: "fails" });
    expect(result).toMatchObject({ code: 0, signal: null, stdout: "" });
    expect(result.stderr).toMatch(/^PHX401 10 spans were not delivered [^\n]*\n$/);
    expect(result.stderr).not.toContain("secret");
  });

  test("is not asked for by a server that needs none", async () => {
    const result = await run("exit", { KEY_AFTER_MILLIS: "60000" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });

  test.each(["http", "grpc-first"])(
    "costs one call ahead of those for the requests, over %s",
    async (WAY) => {
      const result = await run("exit-asked", { WAY });
      expect(receiver.requests).toHaveLength(1);
      expect(result.stdout).toBe("2");
    },
  );
});

test("HTTP is used at exit when gRPC's port speaks HTTP/1", async () => {
  const other = createServer((_, response) => response.end("hello"));
  const result = await run("exit", { WAY: "grpc-first", GRPC_URL: await listen(other) });
  other.close();
  expect(receiver.uniqueSpanCount).toBe(10);
  expect(receiver.requests[0]?.protocol).toBe("http/protobuf");
  expect(result.stderr).toBe("");
});

describe("TLS", () => {
  test.each(["http", "grpc"])("certificates in use are used at exit, over %s", async (WAY) => {
    const secure = await startOtlpReceiver({ tls: true });
    const env = { WAY, HTTP_URL: secure.httpUrl, GRPC_URL: secure.grpcUrl };
    const certFile = secure.certificates?.authority.certFile ?? "";
    const result = await run("exit", { ...env, OTEL_EXPORTER_OTLP_CERTIFICATE: certFile });
    const untrusting = await run("exit", env);
    await secure.stop();
    expect(secure.uniqueSpanCount).toBe(10);
    expect(result.stderr).toBe("");
    expect(untrusting.stderr).toMatch(/^PHX401 10 spans/);
  });
});

describe("mutual TLS", () => {
  test.each(["http", "grpc"])("shows the client's certificate at exit, over %s", async (WAY) => {
    const strict = await startOtlpReceiver({ mtls: true });
    const { authority, client } = strict.certificates!;
    const env = {
      WAY,
      HTTP_URL: strict.httpUrl,
      GRPC_URL: strict.grpcUrl,
      OTEL_EXPORTER_OTLP_CERTIFICATE: authority.certFile,
    };
    const stranger = await run("exit", env);
    expect(strict.uniqueSpanCount).toBe(0);
    const result = await run("exit", {
      ...env,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: client.keyFile,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: client.certFile,
    });
    await strict.stop();
    expect(stranger.stderr).toMatch(
      /^PHX401 10 spans .*certificate required.*OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE.*\n$/,
    );
    expect(strict.uniqueSpanCount).toBe(10);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });

  test.each(["http", "grpc"])("shows it again at exit after work, over %s", async (WAY) => {
    const strict = await startOtlpReceiver({ mtls: true });
    const { authority, client } = strict.certificates!;
    const result = await run("exit-after-work", {
      WAY,
      HTTP_URL: strict.httpUrl,
      GRPC_URL: strict.grpcUrl,
      OTEL_EXPORTER_OTLP_CERTIFICATE: authority.certFile,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: client.keyFile,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: client.certFile,
    });
    await strict.stop();
    expect(strict.uniqueSpanCount).toBe(20);
    expect(result).toMatchObject({ code: 4, stderr: "" });
  });
});

describe("a proxy", () => {
  /** Lets every host through, to the receiver. */
  const startProxy = async (target: string): Promise<{ url: string; seen: string[] }> => {
    const seen: string[] = [];
    const { port } = new URL(target);
    const proxy = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      const { pathname: path } = new URL(request.url ?? "");
      const { method = "POST", headers } = request;
      const onward = httpRequest({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    proxy.on("connect", (request, socket) => {
      seen.push(`CONNECT ${request.url}`);
      const onward = connect(Number(port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [onward, socket]) end.on("error", () => undefined);
    });
    const url = await listen(proxy);
    closers.push(() => proxy.close());
    return { url, seen };
  };

  test("is gone through at exit over http", async () => {
    const { url, seen } = await startProxy(receiver.httpUrl);
    const env = { HTTP_URL: "http://phoenix.example.com:6006", http_proxy: url };
    const result = await run("exit", env);
    expect(result.stderr).not.toContain("PHX4");
    expect(seen).toEqual(["POST http://phoenix.example.com:6006/v1/traces"]);
    expect(receiver.uniqueSpanCount).toBe(10);
  });

  test("is gone through at exit over gRPC", async () => {
    const { url, seen } = await startProxy(receiver.grpcUrl);
    const env = { WAY: "grpc", GRPC_URL: "http://phoenix.example.com:4317", http_proxy: url };
    const result = await run("exit", env);
    expect(result.stderr).not.toContain("PHX4");
    expect(seen).toEqual(["CONNECT phoenix.example.com:4317"]);
    expect(receiver.uniqueSpanCount).toBe(10);
  });

  test.each(["http", "grpc"])("is tunnelled through at exit with mutual TLS over %s", async (WAY) => {
    const secure = await startOtlpReceiver({ mtls: true });
    const { client } = secure.certificates!;
    const { url, seen } = await startProxy(WAY === "grpc" ? secure.grpcUrl : secure.httpUrl);
    const remote = "https://phoenix.example.com:443";
    const result = await run("exit", {
      WAY,
      HTTP_URL: remote,
      GRPC_URL: remote,
      https_proxy: url,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: client.keyFile,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: client.certFile,
      // The receiver's certificate is for localhost.
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
    });
    await secure.stop();
    expect(result.stderr).not.toContain("PHX");
    expect(seen).toEqual(["CONNECT phoenix.example.com:443"]);
    expect(secure.uniqueSpanCount).toBe(10);
  });
});

test("a slow server is waited for while it takes requests", async () => {
  // 40 requests, a few at a time: longer in all than a silent server is waited for.
  receiver.delay(600);
  const result = await run("exit", { SPANS: "400", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "10" });
  receiver.delay(0);
  expect(receiver.uniqueSpanCount).toBe(400);
  expect(result.stderr).toBe("");
});

describe("gzip at exit", () => {
  const env = { SPANS: "200", BYTES: "2000", OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" };

  test.each(["http", "grpc", "grpc-first"])("is used when asked for by name, over %s", async (WAY) => {
    const result = await run("exit", { ...env, WAY });
    const [request] = receiver.requests;
    expect(receiver.uniqueSpanCount).toBe(200);
    expect(request!.wireByteLength).toBeLessThan(request!.body.byteLength / 2);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });

  test("survives a second try", async () => {
    receiver.answer(503);
    await run("exit", env);
    expect(receiver.uniqueSpanCount).toBe(200);
    expect(receiver.requests.map(({ encoding }) => encoding)).toEqual(["gzip", "gzip"]);
  });

  test.each(["http", "grpc"])("is not used otherwise, over %s", async (WAY) => {
    await run("exit", { WAY, SPANS: "200", BYTES: "2000" });
    const [request] = receiver.requests;
    expect(request!.wireByteLength).toBeGreaterThanOrEqual(request!.body.byteLength);
  });
});

describe("the end is held", () => {
  test("for half a second when the server is known to be away", async () => {
    receiver.respond(() => ({ kind: "hang" }));
    // And not for the 2 s of a server that is only silent.
    const heldMillis = await leastMillis(1_900, async () => {
      // The second request is a probe: the first one got no answer in its time.
      const probed = receiver.waitForRequests(receiver.requests.length + 2);
      const onStart = (child: ChildProcess): void => {
        void probed.then(() => child.kill("SIGUSR2"));
      };
      const result = await run("exit-when-away", { OTEL_EXPORTER_OTLP_TIMEOUT: "100" }, { onStart });
      expect(result.stderr).toMatch(/PHX401 10 spans/);
      expect(Number(result.stdout)).toBeGreaterThan(400);
      return Number(result.stdout);
    });
    expect(heldMillis).toBeLessThan(1_900);
  });

  test("by a worker thread that never starts, but not for ever", async () => {
    const result = await run("exit-timed", { WORKER_START_MILLIS: "60000" });
    expect(result.stderr).toMatch(/PHX401 10 spans/);
    expect(Number(result.stdout)).toBeLessThan(8_000);
  });

  test("anew at each end of a program that goes on from it", async () => {
    const slow = await startOtlpReceiver();
    slow.delay(100);
    const result = await run("natural-again", { HTTP_URL: slow.httpUrl });
    await slow.stop();
    expect(slow.uniqueSpanCount).toBe(19);
    expect(result).toMatchObject({ code: 0, stderr: "" });
  });

  test("for 10 s in all by a slow server, however many rounds it takes", async () => {
    // Each request is taken late, but one that has to go again in parts.
    const slow = await startOtlpReceiver();
    slow.delay(900);
    slow.answer(413);
    const env = { HTTP_URL: slow.httpUrl, SPANS: "3000", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "10" };
    const result = await run("exit-timed", env);
    await slow.stop();
    expect(slow.uniqueSpanCount).toBeGreaterThan(500);
    expect(result.stderr).toMatch(/PHX401 \d+ spans/);
    expect(Number(result.stdout)).toBeGreaterThan(9_000);
    expect(Number(result.stdout)).toBeLessThan(20_000);
  });
});

describe("an exporter of somebody else", () => {
  test.each(["natural", "sigterm"])("is waited for on %s, though no worker can run it", async (how) => {
    const result = await run(how, { WAY: "stock" });
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(result.stderr).toBe("");
    expect(result.signal).toBe(how === "sigterm" ? "SIGTERM" : null);
  });

  test.each(["away", "silent"])("ends by the signal when the server is %s", async (server) => {
    receiver.respond(() => ({ kind: "hang" }));
    const result = await run("sigterm", { WAY: "stock", ...(server === "away" && { HTTP_URL: NOWHERE }) });
    expect(result).toMatchObject({ code: null, signal: "SIGTERM" });
    expect(result.stderr).toMatch(/^PHX401 10 spans were not delivered [^\n]*\n$/);
  });
});

test("flushOnExit: false leaves no listener on the process", async () => {
  const listened = async (env: Record<string, string>): Promise<Record<string, number[]>> =>
    JSON.parse((await run("listened", env)).stdout) as Record<string, number[]>;
  const without = await listened({ FLUSH_ON_EXIT: "false" });
  const with_ = await listened({});
  expect(without["during"]).toEqual(without["before"]);
  expect(with_["during"]).not.toEqual(with_["before"]);
});

describe("taking it back", () => {
  test("removes every listener", async () => {
    const result = await run("undone");
    const { before, during, after } = JSON.parse(result.stdout) as Record<string, number[]>;
    expect(during).toEqual(before?.map((count) => count + 1));
    expect(after).toEqual(before);
    expect(receiver.uniqueSpanCount).toBe(10);
  });
});
