// A process without file descriptors: neither a file can be read nor a connection made, for a while or until the end.
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

const run = (END: string, env: Record<string, string> = {}): Promise<ProgramResult> =>
  runProgram(path.join(programs, "descriptors.mjs"), {
    command: ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh"],
    env: { HTTP_URL: receiver.httpUrl, GRPC_URL: receiver.grpcUrl, END, ...env },
  });

const names = (): string[] => receiver.uniqueSpans.map(({ name }) => name);
const OVER = /^PHX210 [^\n]*EMFILE[^\n]*ulimit[^\n]*\nPHX211 [^\n]*\n$/;

describe("spans that end before the part that delivers is read", () => {
  test.each(["http", "grpc"])("are counted, and delivered once it can be, over %s", async (WAY) => {
    const result = await run("freed", { WAY });
    expect(names()).toEqual(["meanwhile", "afterwards"]);
    expect(result).toMatchObject({ code: 0, stdout: '{"emitted":1,"queued":1}' });
    expect(result.stderr).toMatch(OVER);
  });

  test("are delivered by a flush as soon as that is possible", async () => {
    const result = await run("flushed");
    expect(names()).toEqual(["meanwhile"]);
    expect(result.stdout).toBe(
      '{"delivered":0,"pending":1,"dropped":0}{"delivered":1,"pending":0,"dropped":0}',
    );
  });

  test("stay connected where a filter takes some", async () => {
    await run("filtered");
    const leaf = receiver.uniqueSpans.find(({ name }) => name === "leaf");
    const parent = receiver.uniqueSpans.find(({ spanId }) => spanId === leaf?.parentSpanId);
    expect(parent?.name).toBe("root");
    expect(names()).not.toContain("between");
  });

  test("are kept up to a number, and the others counted", async () => {
    const result = await run("many");
    expect(result.stdout).toBe('{"emitted":3000,"queued":2048,"full":952}');
    expect(receiver.uniqueSpanCount).toBe(2048);
  });

  test("are told where shutdown() cannot deliver them", async () => {
    const result = await run("shutdown");
    expect(result).toMatchObject({ code: 0, stdout: "[1,1]" });
    expect(result.stderr).toMatch(
      /\nPHX318 1 span was not delivered before shutdown\(\) ended: [^\n]*EMFILE/,
    );
  });

  test("are delivered at exit where descriptors are free then", async () => {
    const result = await run("freed at exit");
    expect(names()).toEqual(["meanwhile"]);
    expect(result).toMatchObject({ code: 4, signal: null });
  });
});

test("a function is traced from when the code that traces can be read", async () => {
  const result = await run("wrapped");
  expect(names().slice(0, 1)).toEqual(["twice"]);
  expect(result).toMatchObject({ code: 0, stdout: '[2,"twice",1]' });
});

describe("without descriptors until the end", () => {
  test.each([
    ["exit", "", { code: 4, signal: null }],
    ["exit", "warm", { code: 4, signal: null }],
    ["SIGTERM", "", { code: null, signal: "SIGTERM" }],
    ["SIGTERM", "warm", { code: null, signal: "SIGTERM" }],
  ])("%s (%s) says what stays behind", async (END, WARM, how) => {
    const result = await run(END, { WARM });
    expect(result).toMatchObject({ ...how, stdout: "" });
    const isDelivered = names().includes("meanwhile");
    const lines = result.stderr.split("\n").filter((line) => line.startsWith("PHX4"));
    expect(lines.join("\n")).toMatch(isDelivered ? /^$/ : /^PHX40[12] 1 span was not delivered [^\n]*EMFILE/);
  });
});
