// Two versions of the package in one process, and a package that is gone when the process ends.
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { CopiedBuilds } from "./copied-build.ts";
import { type ProgramResult, runProgram } from "./run-program.ts";

let receiver: OtlpReceiver;
let builds: CopiedBuilds;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(async () => {
  builds = await CopiedBuilds.create();
});
afterEach(async () => {
  receiver.forget();
  await builds.remove();
});

const ENVIRONMENT = { PHOENIX_DISCOVER_CONFIG: "false", OTEL_BSP_SCHEDULE_DELAY: "60000" };
const run = (program: string): Promise<ProgramResult> => runProgram(program, { env: ENVIRONMENT });

/** Ends one span by a build, named as asked. */
const traced = (build: string, name: string, options = ""): string => `{
  const { TracerProvider } = require(${JSON.stringify(build)});
  const provider = new TracerProvider({ endpoint: "${receiver.httpUrl}", protocol: "http/protobuf", ${options} });
  provider.getTracer("copies").startSpan("${name}").end();
}`;
const STAY = `setTimeout(() => process.exit(99), 8000);`;
const names = (): string[] => receiver.uniqueSpans.map(({ name }) => name).toSorted();

/** Another version has another shape of what its copies share; whose turn it is at a signal is told to every version. */
const nextVersion = (text: string): string =>
  text.replaceAll(/(processSlot\)?\("(?!exit-turns)[a-z-]+"), 1,/g, "$1, 2,");

describe("two versions of the package in one process both deliver", () => {
  test.each<[string, string, Pick<ProgramResult, "code" | "signal">]>([
    ["at process.exit()", "process.exit(3);", { code: 3, signal: null }],
    ["at a natural end", "", { code: 0, signal: null }],
    ["after an uncaught error", `throw new Error("on purpose");`, { code: 1, signal: null }],
    ["at SIGTERM", `${STAY} process.kill(process.pid, "SIGTERM");`, { code: null, signal: "SIGTERM" }],
    [
      "at a SIGTERM that the program hears",
      `${STAY} process.on("SIGTERM", () => process.exit(4)); process.kill(process.pid, "SIGTERM");`,
      { code: 4, signal: null },
    ],
    [
      "at a SIGTERM that the program hears and sends once more",
      `${STAY} process.once("SIGTERM", () => process.kill(process.pid, "SIGTERM")); process.kill(process.pid, "SIGTERM");`,
      { code: null, signal: "SIGTERM" },
    ],
  ])("%s", async (_, end, how) => {
    const [old, next] = [await builds.copy("old"), await builds.copy("next", nextVersion)];
    const program = await builds.program(
      "program.cjs",
      `${traced(old, "old")} ${traced(next, "next")} ${end}`,
    );
    const result = await run(program);
    expect(names()).toEqual(["next", "old"]);
    expect(result).toMatchObject({ ...how, stdout: "" });
    expect(result.stderr).not.toContain("PHX");
  });

  test.each(["old", "next"])("at SIGTERM, also what only waiting brings to the %s one", async (patient) => {
    receiver.respond(({ headers, spans }) => {
      const isLocked = spans.some(({ name }) => name === patient) && headers["authorization"] === undefined;
      return isLocked ? { kind: "http", status: 401 } : undefined;
    });
    const [old, next] = [await builds.copy("old"), await builds.copy("next", nextVersion)];
    const key = `apiKey: () => new Promise((resolve) => setTimeout(resolve, 300, "key"))`;
    const program = await builds.program(
      "program.cjs",
      `${traced(old, "old", patient === "old" ? key : "")} ${traced(next, "next", patient === "next" ? key : "")}
      ${STAY} process.kill(process.pid, "SIGTERM");`,
    );
    const result = await run(program);
    expect(names()).toEqual(["next", "old"]);
    expect(result).toMatchObject({ code: null, signal: "SIGTERM", stderr: "" });
  });

  test("and the copies of the same version share one set of listeners", async () => {
    const [one, other, next] = [
      await builds.copy("one"),
      await builds.copy("other"),
      await builds.copy("next", nextVersion),
    ];
    const count = `console.log(["exit", "beforeExit", "SIGTERM", "SIGINT"].map((name) => process.listenerCount(name)).join());`;
    const program = await builds.program(
      "program.cjs",
      `${count} ${traced(one, "one")} ${count} ${traced(other, "other")} ${count} ${traced(next, "next")} ${count}`,
    );
    const { stdout } = await run(program);
    expect(stdout).toBe("0,0,0,0\n1,1,1,1\n1,1,1,1\n2,2,2,2\n");
    expect(names()).toEqual(["next", "one", "other"]);
  });
});

describe("a package whose files are gone when the process ends", () => {
  /** Whether the program goes on for a moment between its first span and the end of the files. */
  const gone = async (goesOn: boolean, end = "process.exit(7);"): Promise<ProgramResult> => {
    const build = await builds.copy("build");
    const remove = `require("node:fs").rmSync(${JSON.stringify(path.dirname(build))}, { recursive: true }); ${end}`;
    const program = await builds.program(
      "program.cjs",
      `${traced(build, "span")} ${goesOn ? `setTimeout(() => { ${remove} }, 100);` : remove}`,
    );
    return run(program);
  };

  test.each<[string, string, Pick<ProgramResult, "code" | "signal">]>([
    ["process.exit()", "process.exit(7);", { code: 7, signal: null }],
    ["a natural end", "", { code: 0, signal: null }],
    ["SIGTERM", `${STAY} process.kill(process.pid, "SIGTERM");`, { code: null, signal: "SIGTERM" }],
  ])("delivers at %s, as the exit's part was read after the first span", async (_, end, how) => {
    const result = await gone(true, end);
    expect(names()).toEqual(["span"]);
    expect(result).toMatchObject({ ...how, stdout: "", stderr: "" });
  });

  test("says in one line how many spans stay behind where there was no time for that, and keeps the exit code", async () => {
    const result = await gone(false);
    expect(result).toMatchObject({ code: 7, stdout: "" });
    expect(result.stderr).toMatch(
      /^PHX402 1 span was not delivered before the process ended: the part of phoenix-otel that delivers at exit cannot be loaded: .*'\.\/exit\.cjs'.*\. Restart the program after an update of its packages\.\n$/,
    );
  });

  test("says so of spans that ended when the part that delivers was gone", async () => {
    const build = await builds.copy("build");
    const remove = `require("node:fs").rmSync(${JSON.stringify(path.dirname(build))}, { recursive: true });`;
    const program = await builds.program(
      "program.cjs",
      `const { register } = require(${JSON.stringify(build)});
      const tracer = register({ endpoint: "${receiver.httpUrl}" }).getTracer("gone");
      ${remove}
      for (const name of ["one", "two"]) tracer.startSpan(name).end();
      process.exit(7);`,
    );
    const result = await run(program);
    expect(result).toMatchObject({ code: 7, stdout: "" });
    expect(result.stderr).toMatch(
      /^PHX204 [^\n]*delivery\.cjs[^\n]*\nPHX401 2 spans were not delivered [^\n]*delivery\.cjs[^\n]*\n$/,
    );
  });
});
