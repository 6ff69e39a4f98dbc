// Other vendors' packages in the same process: theirs global and ours beside, our processor in theirs, theirs in ours.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PROJECT_NAME } from "../../src/index.ts";
import { checkout, type Ending } from "../support/child.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { installProject, type Project } from "../support/project.ts";
import { listenOnOwnPort } from "../support/own-ports.ts";

let project: Project;
let receiver: OtlpReceiver;
let vendor: Server;

beforeAll(async () => {
  project = await installProject("neighbours");
});
afterAll(() => project.remove());
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  vendor = createServer(
    (request, response) =>
      void answer(request).then((body) => response.setHeader("content-type", "application/json").end(body)),
  );
  await listenOnOwnPort(vendor);
});
afterEach(async () => {
  vendor.closeAllConnections();
  vendor.close();
  await receiver.stop();
});

/** Stands for every vendor's server, and for the REST side of Phoenix. */
async function answer(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { url = "", method } = request;
  if (url === "/v1/traces" && request.headers["content-type"] === "application/x-protobuf") {
    const headers = { "content-type": "application/x-protobuf", ...encodingOf(request) };
    await fetch(`${receiver.httpUrl}/v1/traces`, { method: "POST", headers, body: Buffer.concat(chunks) });
    return "";
  }
  return JSON.stringify(restAnswer(url, method));
}

const encodingOf = ({ headers }: IncomingMessage): Record<string, string> =>
  headers["content-encoding"] === undefined ? {} : { "content-encoding": headers["content-encoding"] };

const EXAMPLES = [1, 2].map((n) => ({
  id: `e${n}`,
  node_id: `n${n}`,
  input: { n },
  output: {},
  metadata: {},
  updated_at: "2026-01-01T00:00:00Z",
}));
const EXPERIMENT = {
  id: "x",
  dataset_id: "d",
  dataset_version_id: "v",
  repetitions: 1,
  metadata: {},
  project_name: "experiment",
  created_at: "",
  updated_at: "",
  example_count: 2,
  successful_run_count: 2,
  failed_run_count: 0,
  missing_run_count: 0,
};

const COMPLETION = {
  id: "c",
  object: "chat.completion",
  model: "gpt-4o",
  created: 1,
  choices: [{ index: 0, message: { role: "assistant", content: "5" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 20, completion_tokens: 7, total_tokens: 27 },
};

function restAnswer(url: string, method: string | undefined): unknown {
  if (/\/examples/.test(url)) return { data: { dataset_id: "d", version_id: "v", examples: EXAMPLES } };
  if (url.endsWith("/runs")) return { data: { id: "r" } };
  if (/\/experiments/.test(url)) return { data: EXPERIMENT };
  if (/\/datasets/.test(url))
    return { data: { id: "d", name: "set", metadata: {}, created_at: "", updated_at: "", example_count: 2 } };
  if (url.endsWith("/chat/completions")) return COMPLETION;
  return method === "POST" ? {} : { data: {} };
}

async function run(...args: string[]): Promise<Ending> {
  const url = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  return await project.run(process.execPath, args, {
    MODEL_URL: url,
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
    PHOENIX_HOST: url,
    SENTRY_DSN: `${url.replace("//", "//public@")}/1`,
    DD_TRACE_AGENT_URL: url,
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: "false",
    DD_REMOTE_CONFIGURATION_ENABLED: "false",
    LANGFUSE_PUBLIC_KEY: "pk-lf-test",
    LANGFUSE_SECRET_KEY: "sk-lf-test",
    LANGFUSE_BASE_URL: url,
    LANGSMITH_TRACING: "true",
    LANGSMITH_API_KEY: "test",
    LANGSMITH_ENDPOINT: url,
    TRACELOOP_BASE_URL: `${url}/traceloop`,
    TRACELOOP_API_KEY: "test",
    TRACELOOP_TELEMETRY: "false",
  });
}

/** Each span as `name < parent`, sorted. */
function tree(): string[] {
  const names = new Map(receiver.uniqueSpans.map(({ spanId, name }) => [spanId, name]));
  return receiver.uniqueSpans
    .map(({ name, parentSpanId }) => (parentSpanId ? `${name} < ${names.get(parentSpanId) ?? "?"}` : name))
    .toSorted();
}

const saidTrace = ({ stdout }: Ending): string | undefined => /trace (\w+)/.exec(stdout)?.[1];
const said = ({ stderr }: Ending): string[] => [...stderr.matchAll(/^PHX\d+/gm)].map(([code]) => code);
const traceIds = (): string[] => [...new Set(receiver.uniqueSpans.map(({ traceId }) => traceId))];
const projects = (): unknown[] => [
  ...new Set(receiver.uniqueSpans.map(({ resource }) => resource[PROJECT_NAME])),
];

/** What leaves where only wrappers of ours go to Phoenix, and where all does. */
const OURS = ["chain", "tool < chain"];
const AI = "ai.generateText.doGenerate < request";
const ALL = [AI, "between < chain", "chain < request", "request", "tool < between"];

/** What another exporter saw of the call: the AI SDK's words, and none of ours. */
const SEEN = /^seen ai\.model\.id,ai\.operationId,ai\.usage\.promptTokens(?!.*(?:openinference|llm\.))/m;

describe("their provider is global, ours stands beside it", () => {
  it.each([
    ["@opentelemetry/sdk-node"],
    ["sdk-node-0.5x"],
    ["@vercel/otel"],
    ["@langfuse/otel"],
    ["dd-trace"],
    ["langsmith"],
    ["@traceloop/node-server-sdk"],
  ])("%s", async (neighbour) => {
    const ending = await run("beside.mjs", neighbour, "beside");
    expect({ tree: tree(), said: said(ending), projects: projects(), ending }).toMatchObject({
      tree: OURS,
      said: ["PHX201"],
      projects: ["support-bot"],
      ending: { code: 0 },
    });
    expect(traceIds()).toEqual([saidTrace(ending)]);
  });
});

describe("our processor is in their provider", () => {
  it.each([
    ["@opentelemetry/sdk-node", SEEN],
    ["sdk-node-0.5x", SEEN],
    ["@vercel/otel", SEEN],
    ["@langfuse/otel", SEEN],
    // Its spans keep their attributes to themselves.
    ["dd-trace", /^seen $/m],
  ])(
    "%s: all of the trace arrives, translated; an exporter beside it sees the original",
    async (neighbour, seen) => {
      const ending = await run("beside.mjs", neighbour, "processor");
      expectAllTranslated(ending);
      expect(ending.stdout).toMatch(seen);
    },
  );
});

describe("Datadog's class stands in the place of the SDK's", () => {
  it.each(["import", "require"])(
    "register() after %s of dd-trace delivers what it hands over",
    async (how) => {
      const ending = await run("replaced.mjs", how);
      expectAllTranslated(ending);
      expect(ending.stdout).toMatch(/^seen /m);
    },
  );
});

/** All of the trace arrived in its project, translated, and nothing was said. */
function expectAllTranslated(ending: Ending): void {
  expect({ tree: tree(), said: said(ending), projects: projects(), ending }).toMatchObject({
    tree: ALL,
    said: [],
    projects: ["support-bot"],
    ending: { code: 0 },
  });
  expectTranslated();
}

function expectTranslated(): void {
  const call = receiver.uniqueSpans.find(({ name }) => name.startsWith("ai."))!;
  expect(call.attributes).toMatchObject({
    "openinference.span.kind": "LLM",
    "llm.model_name": "gpt-4o",
    "llm.token_count.prompt": 20,
  });
  expect(Object.keys(call.attributes).filter((key) => key.startsWith("ai.usage"))).toEqual([]);
}

describe.each(["sentry8", "sentry9", "@sentry/node", "sentry11"])("%s", (name) => {
  it.each(["0", "0.2", "1"])("before register(), sampling %s of its own", async (rate) => {
    const ending = await run("sentry.mjs", name, rate, "before");
    expect({ tree: tree(), said: said(ending), ending }).toMatchObject({
      tree: OURS,
      said: ["PHX201"],
      ending: { code: 0 },
    });
    expect(traceIds()).toEqual([saidTrace(ending)]);
  });

  it("after register(): its tracing goes to Phoenix with all else", async () => {
    const ending = await run("sentry.mjs", name, "1", "after");
    expect({ said: said(ending), ending }).toMatchObject({ said: [], ending: { code: 0 } });
    expect(tree()).toEqual(expect.arrayContaining(["between < chain", "chain < request", "tool < between"]));
  });

  it.skipIf(name === "sentry11")("with our processor in its list", async () => {
    const ending = await run("sentry.mjs", name, "1", "processor");
    expect({ said: said(ending), ending }).toMatchObject({ said: [], ending: { code: 0 } });
    expect(tree()).toEqual(
      [...ALL.map((each) => (each === "request" ? "request < sentry" : each)), "sentry"].toSorted(),
    );
    expectTranslated();
    expect(ending.stdout).toMatch(SEEN);
  });
});

it("a wrapper around a call that Traceloop's instrumentation traces keeps the tokens; theirs is a step of it", async () => {
  const ending = await run("traceloop-openai.mjs");
  expect(ending).toMatchObject({ code: 0 });
  const facts = receiver.uniqueSpans
    .filter(({ attributes }) => attributes["llm.model_name"] !== undefined)
    .map(({ name, attributes }) => [
      name,
      attributes["openinference.span.kind"],
      attributes["llm.token_count.total"],
    ]);
  expect(facts).toEqual(
    expect.arrayContaining([
      ["ours", "LLM", 27],
      ["chat gpt-4o", "CHAIN", undefined],
      ["chat gpt-4o", "LLM", 27],
    ]),
  );
  expect(facts).toHaveLength(3);
});

describe("the setups of docs/beside-others.md", () => {
  it.each([
    ["sentry-before", OURS],
    ["sentry-processor", ALL],
    ["node-sdk", ALL],
    ["vercel", ALL],
    ["langfuse", ALL],
    ["langsmith", ALL],
    // Traceloop renames the call of the AI SDK by itself.
    ["traceloop", ALL.map((each) => each.replace("ai.generateText.doGenerate", "chat")).toSorted()],
    ["datadog", ALL],
  ])("%s", async (setup, expected) => {
    const ending = await run("start.mjs", setup, "exit");
    expect({ tree: tree(), projects: projects(), ending }).toMatchObject({
      tree: expected,
      projects: ["support-bot"],
      ending: { code: 0 },
    });
  });

  it("an experiment keeps its traces in its project, and the program's go to its own before and after", async () => {
    const ending = await run("start.mjs", "experiment");
    expect(ending).toMatchObject({ code: 0 });
    const of = (name: string): string[] =>
      receiver.uniqueSpans
        .filter((span) => span.name === name)
        .map(({ resource }) => JSON.stringify(resource[PROJECT_NAME]))
        .toSorted((one, other) => one.localeCompare(other));
    expect({ chain: of("chain"), tool: of("tool"), request: of("request") }).toEqual({
      chain: ['"experiment"', '"experiment"', '"support-bot"'],
      tool: ['"experiment"', '"experiment"', '"support-bot"'],
      request: ['"support-bot"'],
    });
    expect(said(ending)).toEqual([]);
  });

  it("each stands in a file that is run", async () => {
    const page = await readFile(path.join(checkout, "docs/beside-others.md"), "utf8");
    const blocks = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
    const setups = [
      "sentry-before",
      "sentry-processor",
      "node-sdk",
      "vercel",
      "langfuse",
      "langsmith",
      "traceloop",
      "datadog",
    ];
    const texts = await Promise.all(
      setups.map((setup) => readFile(path.join(checkout, `test/projects/neighbours/${setup}.mjs`), "utf8")),
    );
    expect(blocks.toSorted()).toEqual(texts.toSorted());
  });
});
