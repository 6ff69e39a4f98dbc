// Two versions of the package in one process, and a package that is gone when the process ends.
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
  const gone = async (build: string, before = ""): Promise<ProgramResult> => {
    const program = await builds.program(
      "program.cjs",
      `${traced(build, "span")} ${before}
      require("node:fs").rmSync(${JSON.stringify(`${builds.folder}/build`)}, { recursive: true });
      process.exit(7);`,
    );
    return run(program);
  };

  test("delivers where the exit's part was read before", async () => {
    const build = await builds.copy("build");
    const result = await gone(build, `require(${JSON.stringify(build.replace("index", "exit"))});`);
    expect(names()).toEqual(["span"]);
    expect(result).toMatchObject({ code: 7, stdout: "", stderr: "" });
  });

  test("says so in one line where it was not, and keeps the exit code", async () => {
    const result = await gone(await builds.copy("build"));
    expect(result).toMatchObject({ code: 7, stdout: "" });
    expect(result.stderr).toMatch(
      /^PHX204 A part of phoenix-otel cannot be loaded: .*'\.\/exit\.cjs'.*\. Spans that wait when the process exits are not delivered\. Restart the program after an update of its packages\.\n$/,
    );
  });
});
