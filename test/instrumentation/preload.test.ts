// phoenix-otel/preload: every way to get it into a process, and that the program does not notice.
import { cp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkout } from "../support/child.ts";
import { type ModelServer, SAID, startModelServer } from "../support/model-server.ts";
import { type NodeVersion, runOnNode } from "../support/node-versions.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import type { ProgramEnd } from "../support/run-program.ts";
import { Project } from "./project.ts";

let receiver: OtlpReceiver;
let models: ModelServer;
let project: Project;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  models = await startModelServer();
  project = await Project.create({ openai: "link" });
});
afterAll(async () => {
  await receiver.stop();
  await models.close();
  await project.remove();
});
beforeEach(() => receiver.forget());

const program = (file: string): string => path.join(checkout, "test/instrumentation/programs", file);

const run = (
  args: readonly string[],
  environment: Record<string, string> = {},
  version: NodeVersion = "20",
): Promise<ProgramEnd> =>
  runOnNode(version, args, {
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
    MODELS: models.url,
    ...environment,
  });

/** What was asked in each LLM span. */
const asked = (): string[] =>
  receiver.spans
    .map(({ attributes }) => JSON.stringify(attributes["llm.input_messages.0.message.content"]).slice(1, -1))
    .toSorted((a, b) => a.localeCompare(b));

const IMPORT = "--import phoenix-otel/preload";
const REQUIRE = "--require phoenix-otel/preload";
const TSX = "--import tsx";

describe("threads and child processes", () => {
  it.each<[NodeVersion, string[], string, string[]]>([
    ["20", IMPORT.split(" "), "", ["forked", "here", "thread"]],
    ["20", REQUIRE.split(" "), "", ["forked", "here", "thread"]],
    ["20", [], IMPORT, ["forked", "here", "spawned", "thread"]],
    ["20", [], REQUIRE, ["forked", "here", "spawned", "thread"]],
    // By all ways at once it is still one.
    ["20", [...IMPORT.split(" "), ...REQUIRE.split(" ")], IMPORT, ["forked", "here", "spawned", "thread"]],
    ["22", IMPORT.split(" "), "", ["forked", "here", "thread"]],
    ["22", [], REQUIRE, ["forked", "here", "spawned", "thread"]],
    ["24", REQUIRE.split(" "), "", ["forked", "here", "thread"]],
    ["24", [], IMPORT, ["forked", "here", "spawned", "thread"]],
    ["26", [...REQUIRE.split(" "), ...IMPORT.split(" ")], "", ["forked", "here", "thread"]],
    ["26", [], IMPORT, ["forked", "here", "spawned", "thread"]],
  ])(
    "on Node %s with %j and NODE_OPTIONS=%j: each call is one span, and the exit code stays",
    async (version, options, NODE_OPTIONS, calls) => {
      const end = await run([...options, program("everywhere.mjs")], { NODE_OPTIONS }, version);
      expect(end).toEqual({ status: 3, stdout: "", stderr: "" });
      expect(asked()).toEqual(calls);
    },
  );

  it("says what is wrong with a setting once, not in each thread", async () => {
    const { stderr } = await run([...IMPORT.split(" "), program("everywhere.mjs")], {
      PHOENIX_GRPC_PORT: "none",
      WHERE: "alone",
    });
    expect(stderr.match(/^PHX102/gm)).toHaveLength(1);
    const threaded = await project.write(
      "threaded.cjs",
      `const { Worker, isMainThread } = require("node:worker_threads");
      if (isMainThread) new Worker(__filename).on("exit", () => console.log("done"));
      else setTimeout(() => console.warn("started"), 1);`,
    );
    const threads = await run([...IMPORT.split(" "), threaded], { PHOENIX_GRPC_PORT: "none" });
    expect(threads.stderr).toContain("started");
    expect(threads.stderr.match(/^PHX102/gm)).toHaveLength(1);
  });
});

describe("tsx", () => {
  it.each<[NodeVersion, string]>([
    ["20", `${IMPORT} ${TSX}`],
    ["20", `${TSX} ${IMPORT}`],
    ["20", `${REQUIRE} ${TSX}`],
    ["22", `${TSX} ${IMPORT}`],
    ["24", `${IMPORT} ${TSX}`],
    ["26", `${TSX} ${REQUIRE}`],
  ])("on Node %s with %s", async (version, options) => {
    const { status, stdout } = await run([...options.split(" "), program("typed.ts")], {}, version);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${SAID}\n` });
    expect(asked()).toEqual(["typed"]);
  });

  it("with the command tsx and NODE_OPTIONS, a CommonJS package's program", async () => {
    const file = await project.write(
      "typed.ts",
      `import OpenAI from "openai";
      const client = new OpenAI({ apiKey: "key", baseURL: process.env["MODELS"] + "/v1" });
      void client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "plain" }] });`,
    );
    const tsx = path.join(checkout, "node_modules/tsx/dist/cli.mjs");
    expect(await run([tsx, file], { NODE_OPTIONS: IMPORT })).toMatchObject({ status: 0, stderr: "" });
    expect(asked()).toEqual(["plain"]);
  });
});

/** Prints the packages of which something was loaded, by `require()` or `import`. */
const LOADED = `
const { Session } = require("node:inspector");
const files = Object.keys(require.cache);
const session = new Session();
session.connect();
session.on("Debugger.scriptParsed", ({ params }) => files.push(params.url));
session.post("Debugger.enable");
const names = files.map((file) => /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(file)?.[1]);
console.log(JSON.stringify([...new Set(names.filter((name) => name !== undefined))].sort()));
`;

describe("a CommonJS program that imports", () => {
  it.each<[NodeVersion, string]>([
    ["20", IMPORT],
    ["20", REQUIRE],
    ["24", REQUIRE],
  ])("is traced on Node %s with %s", async (version, options) => {
    const file = await project.write(
      "imports.cjs",
      `void (async () => {
        const { OpenAI } = await import("openai");
        const client = new OpenAI({ apiKey: "key", baseURL: process.env.MODELS + "/v1" });
        await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "imported" }] });
      })();`,
    );
    const end = await run([...options.split(" "), file], {}, version);
    expect(end).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(asked()).toEqual(["imported"]);
  });
});

describe("what it loads", () => {
  it.each<[NodeVersion, string]>([
    ["20", IMPORT],
    ["20", REQUIRE],
    ["24", IMPORT],
  ])("on Node %s with %s: nothing of an SDK, nor of an instrumentation", async (version, options) => {
    const file = path.join(checkout, "loaded.cjs");
    await writeFile(file, LOADED);
    try {
      const { status, stdout } = await run([...options.split(" "), file], {}, version);
      expect(status).toBe(0);
      const packages = JSON.parse(stdout) as string[];
      expect(packages).toContain("@opentelemetry/api");
      expect(packages.filter((name) => !name.startsWith("@opentelemetry/"))).toEqual([]);
      expect(packages).not.toContain("@opentelemetry/instrumentation");
    } finally {
      await rm(file);
    }
  });
});

describe("a failure", () => {
  it.each(["import", "require"])(
    "of the installation is one line by --%s, and the program runs",
    async (how) => {
      const broken = path.join(project.folder, `broken-${how}`);
      await cp(path.join(checkout, "dist"), broken, { recursive: true });
      await rm(path.join(broken, "start.cjs"));
      const preload = path.join(broken, how === "import" ? "preload.mjs" : "preload.cjs");
      const end = await run([`--${how}`, preload, "-e", 'console.log("ran"); process.exitCode = 7;']);
      expect(end).toEqual({
        status: 7,
        stdout: "ran\n",
        stderr: expect.stringMatching(
          /^PHX510 phoenix-otel\/preload could not start tracing: [^\n]*start\.cjs[^\n]*\n$/,
        ),
      });
    },
  );

  it("of a program is the program's: its code, its message", async () => {
    const crash = ["-e", 'throw new Error("mine");'];
    const without = await run(["--import", "data:text/javascript,", ...crash]);
    expect(await run([...IMPORT.split(" "), ...crash])).toEqual(without);
  });
});

describe("a program that calls register() itself", () => {
  const later = (options: string): Promise<string> =>
    project.write(
      "later.mjs",
      `import { OpenAI } from "openai"; import { register } from "phoenix-otel";
      register(${options});
      const client = new OpenAI({ apiKey: "key", baseURL: process.env.MODELS + "/v1" });
      await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "?" }] });`,
    );

  it.each(["", "{ autoInstrument: true }", '{ autoInstrument: ["openai"] }'])(
    "with the same settings goes on with what is there: register(%s)",
    async (options) => {
      const end = await run([...IMPORT.split(" "), await later(options)]);
      expect(end).toEqual({ status: 0, stdout: "", stderr: "" });
      expect(asked()).toEqual(["?"]);
    },
  );

  it("with other settings replaces them, says so, and the spans go along", async () => {
    const end = await run([...IMPORT.split(" "), await later('{ projectName: "mine" }')]);
    expect(end).toEqual({
      status: 0,
      stdout: "",
      stderr: expect.stringMatching(/^PHX202 [^\n]*\(projectName\)[^\n]*"default"[^\n]*"mine"[^\n]*\n$/),
    });
    expect(asked()).toEqual(["?"]);
    expect(receiver.spans[0]?.resource["openinference.project.name"]).toBe("mine");
  });

  it("with autoInstrument: false is not traced without a wrapper", async () => {
    await run([...IMPORT.split(" "), await later("{ autoInstrument: false }")]);
    expect(asked()).toEqual([]);
  });
});
