// autoInstrument and the preload: the built package in programs of their own, with the real SDKs and one server in place of
// the models.
import { createRequire } from "node:module";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CollectedSpan, type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ModelServer, startModelServer, TOKENS } from "../support/model-server.ts";
import { Child, checkout } from "../support/child.ts";
import { nodeBinary, type NodeVersion } from "../support/node-versions.ts";
import type { ProgramEnd } from "../support/run-program.ts";
import { Project } from "./project.ts";

let receiver: OtlpReceiver;
let models: ModelServer;
const projects: Project[] = [];

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  models = await startModelServer();
});
afterAll(async () => {
  await receiver.stop();
  await models.close();
  for (const project of projects) await project.remove();
});
beforeEach(() => {
  receiver.forget();
  models.fault = undefined;
});

const programs = path.join(checkout, "test/instrumentation/programs");
const program = (file: string): string => path.join(programs, file);

/** Runs node with arguments; the variables lead to the receiver and to the models. */
async function run(
  args: readonly string[],
  environment: Record<string, string> = {},
  version: NodeVersion = "20",
  cwd = checkout,
): Promise<ProgramEnd> {
  const { PATH = "", HOME = "" } = process.env;
  const child = new Child(await nodeBinary(version), args, {
    cwd,
    environment: {
      PATH,
      HOME,
      PHOENIX_DISCOVER_CONFIG: "false",
      PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
      MODELS: models.url,
      ...environment,
    },
  });
  const { code, signal, stdout, stderr } = await child.ended;
  return { status: code ?? signal ?? "unknown", stdout, stderr };
}

const spansOf = (kind: string): CollectedSpan[] =>
  receiver.spans.filter(({ attributes }) => attributes["openinference.span.kind"] === kind);

/** What a call to a model left: one LLM span with its content and its tokens. */
const CALL = {
  kind: "LLM",
  asked: "user",
  answered: expect.any(String) as unknown,
  tokens: TOKENS.prompt + TOKENS.completion,
};

/** What all spans that tell of a call say; Anthropic's SDK has one of its own around the call, which counts nothing. */
const calls = (): object[] =>
  receiver.spans
    .map(({ attributes }) => ({
      kind: attributes["openinference.span.kind"],
      asked: attributes["llm.input_messages.0.message.role"],
      answered: attributes["llm.output_messages.0.message.role"],
      tokens: attributes["llm.token_count.total"],
    }))
    .filter(({ kind, tokens }) => kind === "LLM" || tokens !== undefined);

const times = (count: number): object[] => Array.from({ length: count }, () => CALL);

/** How a program ended, and what was said of us: what SDKs say, such as that a Node is old, is theirs. */
const manners = ({ status, stderr }: ProgramEnd): object => ({
  status,
  said: stderr.split("\n").filter((line) => /PHX|phoenix|Experimental|\bat /i.test(line)),
});

const QUIET = { status: 0, said: [] };

/** Makes a project that is removed at the end. */
async function create(packages: Parameters<typeof Project.create>[0]): Promise<Project> {
  const project = await Project.create(packages);
  projects.push(project);
  return project;
}

/** Puts a program into a project; gives its file. */
async function copyPrograms(project: Project, file: string, folder?: string): Promise<string> {
  await project.copyProgram(program("sdk-calls.cjs"), folder);
  return await project.copyProgram(program(file), folder);
}

/** Runs in the folder of a project. */
const runIn = (
  project: Project,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<ProgramEnd> => run(args, environment, "20", project.folder);

const PRELOAD = ["--import", "phoenix-otel/preload"];
const LANGCHAIN_NEEDS = Object.keys(
  (createRequire(import.meta.url)("@langchain/core/package.json") as { dependencies: object }).dependencies,
);
const ALL = [
  "openai",
  "openai4",
  "openai7",
  "@anthropic-ai/sdk",
  "@google/genai",
  "@google/generative-ai",
  "@mistralai/mistralai",
  "cohere-ai",
  "ollama",
  "groq-sdk",
  "@aws-sdk/client-bedrock-runtime",
];

describe("every SDK, in one process", () => {
  const answered = `${ALL.map((name) => `${name} answered`).join("\n")}\n`;

  it.each([
    ["all-sdks.mjs", "before"],
    ["all-sdks.mjs", "after"],
    ["all-sdks.mjs", "preloaded"],
    ["all-sdks.cjs", "before"],
    ["all-sdks.cjs", "after"],
    ["all-sdks.cjs", "preloaded"],
  ])("%s, clients made %s register(): one span for each call", async (file, WHEN) => {
    const args = [...(WHEN === "preloaded" ? PRELOAD : []), program(file)];
    const end = await run(args, { SDKS: ALL.join(), WHEN });
    expect(manners(end)).toEqual(QUIET);
    expect(end.stdout).toBe(answered);
    expect(calls()).toEqual(times(ALL.length));
  });

  it.each<[NodeVersion, string, string]>([
    ["22", "all-sdks.mjs", "before"],
    ["24", "all-sdks.mjs", "before"],
    ["26", "all-sdks.mjs", "before"],
    ["22", "all-sdks.mjs", "preloaded"],
    ["24", "all-sdks.cjs", "preloaded"],
    ["26", "all-sdks.mjs", "preloaded"],
  ])("on Node %s: %s, clients made %s register()", async (version, file, WHEN) => {
    const args = [...(WHEN === "preloaded" ? PRELOAD : []), program(file)];
    const end = await run(args, { SDKS: ALL.join(), WHEN }, version);
    expect(manners(end)).toEqual(QUIET);
    expect(end.stdout).toBe(answered);
    expect(calls()).toEqual(times(ALL.length));
  });
});

describe("an SDK that was imported before register()", () => {
  it.each<[string, string[], NodeVersion]>([
    ["in the same tick", [], "20"],
    ["in the same tick, under tsx", ["--import", "tsx"], "20"],
    ["in the same tick, under tsx", ["--import", "tsx"], "22"],
    ["in the same tick, under tsx", ["--import", "tsx"], "26"],
  ])("is traced %s: node %j of version %s", async (_when, options, version) => {
    expect(manners(await run([...options, program("registers.mjs")], {}, version))).toEqual(QUIET);
    expect(calls()).toEqual(times(1));
  });

  it("is traced once provider.ready resolved, where Node cannot require() an ES module", async () => {
    const options = ["--no-experimental-require-module"];
    expect(manners(await run([...options, program("registers.mjs")], { READY: "true" }))).toEqual(QUIET);
    expect(calls()).toEqual(times(1));
  });

  it("is traced where Node allows neither hooks nor a look at its scripts, which is said", async () => {
    const options = ["--experimental-permission", "--allow-fs-read=*", "--allow-fs-write=*"];
    const main = await copyPrograms(await create({ openai: "pnpm", ollama: "link" }), "registers.mjs");
    const { status, stderr } = await run([...options, main], {}, "20", path.dirname(main));
    expect(status).toBe(0);
    expect(stderr.match(/^PHX\d+/gm)).toEqual(["PHX513"]);
    expect(calls()).toEqual(times(1));
  });
});

describe("where packages are", () => {
  const openai = { SDKS: "openai" };

  it.each([
    ["the preload", "preloaded", PRELOAD],
    ["clients made before", "before", []],
  ])("finds an SDK as pnpm lays it out: %s", async (_how, WHEN, options) => {
    const project = await create({ openai: "pnpm" });
    for (const file of ["all-sdks.mjs", "all-sdks.cjs"]) {
      const main = await copyPrograms(project, file);
      expect(manners(await runIn(project, [...options, main], { ...openai, WHEN }))).toEqual(QUIET);
      expect(calls()).toEqual(times(1));
      receiver.forget();
    }
  });

  it.each(["before", "after"])("finds one of a workspace, clients made %s", async (WHEN) => {
    const project = await create({});
    await project.write("package.json", { name: "root", workspaces: ["packages/*"] });
    await project.write("packages/app/package.json", { name: "app", dependencies: { openai: "*" } });
    await project.link("openai", path.join(checkout, "node_modules/openai"), "packages/app");
    const main = await copyPrograms(project, "all-sdks.mjs", "packages/app");
    // From the root, as a workspace's scripts are often started.
    expect(manners(await runIn(project, [main], { ...openai, WHEN }))).toEqual(QUIET);
    expect(calls()).toEqual(times(1));
  });

  it("traces an SDK that another package brought along, each of two copies once", async () => {
    const project = await create({ openai: "link" });
    await project.write("node_modules/helper/package.json", {
      name: "helper",
      main: "index.cjs",
      dependencies: { openai: "4" },
    });
    await project.write("node_modules/helper/index.cjs", 'module.exports = require("openai");');
    await project.link("openai", path.join(checkout, "node_modules/openai4"), "node_modules/helper");
    await copyPrograms(project, "all-sdks.mjs");
    const main = await project.write(
      "two.mjs",
      `import OpenAI from "openai"; import Other from "helper"; import { createRequire } from "node:module";
      import { register } from "phoenix-otel"; import { CLIENTS, callAll } from "./sdk-calls.cjs";
      const required = createRequire(import.meta.url)("openai");
      register({ autoInstrument: true });
      if (new Set([OpenAI, Other, required.OpenAI]).size !== 3) throw new Error("the copies are one");
      await callAll([["imported", CLIENTS.openai({ OpenAI })], ["brought along", CLIENTS.openai({ OpenAI: Other })], ["required", CLIENTS.openai(required)]]);`,
    );
    expect(manners(await runIn(project, [main]))).toEqual(QUIET);
    expect(calls()).toEqual(times(3));
    receiver.forget();
    expect(manners(await runIn(project, [...PRELOAD, main]))).toEqual(QUIET);
    expect(calls()).toEqual(times(3));
  });
});

describe("what is turned off", () => {
  const openai = ["openai", "ollama"];

  it.each([
    ["false", 0],
    ["ollama", 1],
    ["-openai", 1],
    ["true", 2],
  ])("PHOENIX_AUTO_INSTRUMENT=%s", async (PHOENIX_AUTO_INSTRUMENT, count) => {
    const environment = { SDKS: openai.join(), WHEN: "preloaded", PHOENIX_AUTO_INSTRUMENT };
    expect(manners(await run([...PRELOAD, program("all-sdks.mjs")], environment))).toEqual(QUIET);
    expect(calls()).toEqual(times(count));
  });

  it("a list in a later register() takes back what is not in it", async () => {
    const main = await (
      await create({ openai: "link", ollama: "link" })
    ).write(
      "off.cjs",
      `const { register } = require("phoenix-otel"); const { CLIENTS, callAll } = require(${JSON.stringify(program("sdk-calls.cjs"))});
      register({ autoInstrument: true });
      const calls = ["openai", "ollama"].map((name) => [name, CLIENTS[name](require(name))]);
      register({ autoInstrument: ["ollama"] });
      void callAll(calls);`,
    );
    expect(manners(await run([main]))).toEqual(QUIET);
    expect(calls()).toEqual(times(1));
    expect(receiver.spans[0]?.name).toBe("Ollama Chat");
  });
});

describe("what is said", () => {
  it("names each SDK when verbose, and what to install for what is not traced", async () => {
    const project = await create({ openai: "link", ollama: "link", "@langchain/core": "pnpm" });
    const main = await copyPrograms(project, "all-sdks.cjs");
    const { stderr } = await runIn(project, [main], {
      SDKS: "openai",
      WHEN: "before",
      PHOENIX_AUTO_INSTRUMENT: "-ollama",
      PHOENIX_VERBOSE: "true",
    });
    const told = stderr.split("\n").filter((line) => line.startsWith("phoenix-otel  "));
    expect(told).toEqual([
      expect.stringMatching(/^phoenix-otel {2}openai 6\.\d+\.\d+: installed, traced as it loads$/),
      expect.stringMatching(
        /^phoenix-otel {2}ollama [\d.]+: installed, not traced: it is not among those of autoInstrument$/,
      ),
      expect.stringMatching(
        /^phoenix-otel {2}@langchain\/core [\d.]+: installed, not traced: install @arizeai\/openinference-instrumentation-langchain$/,
      ),
      expect.stringMatching(/^phoenix-otel {2}openai 6\.\d+\.\d+ \(commonjs\): traced$/),
    ]);
  });

  it("names the AI SDK 5, which traces the calls that ask for it", async () => {
    const main = await (await create({ ai5: "link" })).write("five.mjs", 'await import("ai5");');
    const { status, stderr } = await run([...PRELOAD, main]);
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^PHX512 ai 5\.\S+ is loaded and not traced: .*Pass experimental_telemetry: \{ isEnabled: true \} to each\..*\n$/,
      ),
    ]);
  });

  it("names LangChain where its instrumentation is not installed", async () => {
    const project = await create({ "@langchain/core": "pnpm" });
    for (const name of LANGCHAIN_NEEDS) await project.link(name, path.join(checkout, "node_modules", name));
    const main = await project.write("chain.mjs", 'await import("@langchain/core/callbacks/manager");');
    const { status, stderr } = await runIn(project, [...PRELOAD, main]);
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^PHX512 @langchain\/core 1\.\S+ is loaded and not traced: @arizeai\/openinference-instrumentation-langchain is not installed\. Run "npm install @arizeai\/\S+"\. .*\n$/,
      ),
    ]);
  });
});

describe("a connection that breaks in mid-stream (W27)", () => {
  it.each(["streams.mjs", "streams.cjs"])("%s gets what it gets without us", async (file) => {
    const main = await copyPrograms(await create({ openai: "link" }), file);
    models.fault = "break";
    const without = await run([main], { PHOENIX_AUTO_INSTRUMENT: "false" });
    const traced = await run([...PRELOAD, main]);
    expect(traced).toEqual(without);
    expect(traced.status).toBe(0);
    expect(traced.stdout).toContain("caught");
    const [span] = spansOf("LLM");
    expect(span?.status?.code).toBe("ERROR");
    expect(span?.attributes["output.value"]).toContain("Three");
  });
});
