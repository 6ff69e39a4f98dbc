// Instrumentations of others, and the AI SDK's own telemetry: one LLM span for each call, whoever makes it.
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkout } from "../support/child.ts";
import { type ModelServer, SAID, startModelServer } from "../support/model-server.ts";
import { type NodeVersion, runOnNode } from "../support/node-versions.ts";
import { type CollectedSpan, type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import type { ProgramEnd } from "../support/run-program.ts";

let receiver: OtlpReceiver;
let models: ModelServer;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  models = await startModelServer();
});
afterAll(async () => {
  await receiver.stop();
  await models.close();
});
beforeEach(() => receiver.forget());

const run = (
  args: readonly string[],
  environment: Record<string, string> = {},
  version: NodeVersion = "20",
): Promise<ProgramEnd> => {
  const program = path.join(checkout, "test/instrumentation/programs", args.at(-1) ?? "");
  return runOnNode(version, [...args.slice(0, -1), program], {
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
    MODELS: models.url,
    ...environment,
  });
};

const PRELOAD = ["--import", "phoenix-otel/preload"];
const kindOf = ({ attributes }: CollectedSpan): unknown => attributes["openinference.span.kind"];
const llmSpans = (): CollectedSpan[] => receiver.spans.filter((span) => kindOf(span) === "LLM");

describe("LangChain", () => {
  it.each<[string, string[], NodeVersion]>([
    ["langchain.mjs", PRELOAD, "20"],
    ["langchain.cjs", PRELOAD, "20"],
    ["langchain-registers.mjs", [], "20"],
    ["langchain.mjs", PRELOAD, "22"],
    ["langchain.cjs", PRELOAD, "24"],
    ["langchain-registers.mjs", [], "26"],
  ])(
    "%s with %j on Node %s: its instrumentation tells of its calls, ours of those of the client",
    async (file, options, version) => {
      const end = await run([...options, file], {}, version);
      expect(end).toEqual({ status: 0, stdout: `${SAID}\n`.repeat(3), stderr: "" });
      expect(llmSpans().map(({ name, scope }) => [name, scope.name])).toEqual([
        ["ChatOpenAI", "@arizeai/openinference-instrumentation-langchain"],
        ["ChatOpenAI", "@arizeai/openinference-instrumentation-langchain"],
        ["OpenAI Chat Completions", "phoenix-otel.clients"],
      ]);
      for (const { attributes } of llmSpans()) {
        expect(attributes["llm.output_messages.0.message.content"]).toBe(SAID);
      }
    },
  );

  it("without its instrumentation ours tells of the calls beneath", async () => {
    await run([...PRELOAD, "langchain.mjs"], { PHOENIX_AUTO_INSTRUMENT: "openai" });
    expect(llmSpans().map(({ name }) => name)).toEqual(
      Array.from({ length: 3 }, () => "OpenAI Chat Completions"),
    );
  });
});

describe("the program's own instrumentation of openai", () => {
  const UNSEEN =
    /^PHX511 Instrumentation "@arizeai\/openinference-instrumentation-openai" does not see openai: /;

  const NOTHING = /^$/;

  it.each<[string, Record<string, string>, scope: string | undefined, says: RegExp]>([
    ["own-instrumentation.cjs", {}, "@arizeai/openinference-instrumentation-openai", NOTHING],
    ["own-instrumentation.cjs", { AUTO: "true" }, "@arizeai/openinference-instrumentation-openai", NOTHING],
    ["own-instrumentation.cjs", { LATE: "true" }, undefined, UNSEEN],
    ["own-instrumentation.cjs", { LATE: "true", AUTO: "true" }, "phoenix-otel.clients", NOTHING],
    ["own-instrumentation.mjs", {}, undefined, UNSEEN],
    [
      "own-instrumentation.mjs",
      { MANUALLY: "true" },
      "@arizeai/openinference-instrumentation-openai",
      NOTHING,
    ],
    ["own-instrumentation.mjs", { AUTO: "true" }, "phoenix-otel.clients", NOTHING],
    [
      "own-instrumentation.mjs",
      { AUTO: "true", MANUALLY: "true" },
      "@arizeai/openinference-instrumentation-openai",
      NOTHING,
    ],
  ])("%s with %j: one span, of %s", async (file, environment, scope, says) => {
    const { status, stdout, stderr } = await run([file], environment);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${SAID}\n` });
    expect(stderr).toMatch(says);
    expect(receiver.spans.map((span) => [span.scope.name, kindOf(span)])).toEqual(
      scope === undefined ? [] : [[scope, "LLM"]],
    );
  });

  it.each([
    ["own-instrumentation.cjs", {}],
    ["own-instrumentation.mjs", { MANUALLY: "true" }],
  ])("%s with %j is the one that is used under the preload", async (file, environment) => {
    const { status } = await run([...PRELOAD, file], environment);
    expect(status).toBe(0);
    expect(receiver.spans.map(({ scope }) => scope.name)).toEqual([
      "@arizeai/openinference-instrumentation-openai",
    ]);
  });
});

describe.each<[string, NodeVersion]>([
  ["6", "20"],
  ["7", "22"],
])("the AI SDK %s", (VERSION, node) => {
  const said = "Oslo.\nThree kilos.\nfirst,second\nmodel down\n";

  it("is traced by its own registry: whole, streamed two at a time, with a tool, failing", async () => {
    const end = await run([...PRELOAD, "ai-sdk.mjs"], { VERSION }, node);
    expect({ status: end.status, stdout: end.stdout }).toEqual({ status: 0, stdout: said });
    const asked = ({ attributes }: CollectedSpan): unknown => {
      const at = attributes["llm.input_messages.0.message.role"] === "system" ? 1 : 0;
      return attributes[`llm.input_messages.${at}.message.content`];
    };
    const calls = llmSpans().map((span) => [
      asked(span),
      span.attributes["llm.output_messages.0.message.content"],
      span.attributes["llm.token_count.total"],
    ]);
    expect(calls).toHaveLength(6);
    expect(calls).toEqual(
      expect.arrayContaining([
        ["Where?", "Oslo.", 27],
        ["How heavy?", undefined, 27],
        ["How heavy?", "Three kilos.", 27],
        ["first", "first", 27],
        ["second", "second", 27],
        ["Fail.", undefined, undefined],
      ]),
    );
    const [tool] = receiver.spans.filter((span) => kindOf(span) === "TOOL");
    expect(tool).toMatchObject({ name: "weigh", attributes: { "output.value": "cod: 3 kg" } });
    // Each hangs under the operation that it belongs to.
    const agents = new Map(
      receiver.spans.filter((span) => kindOf(span) === "AGENT").map((span) => [span.spanId, span]),
    );
    expect(agents.size).toBe(5);
    for (const span of [...llmSpans(), tool!]) expect(agents.has(span.parentSpanId ?? "")).toBe(true);
  });

  it("is left to another integration that traces", async () => {
    const { stdout } = await run([...PRELOAD, "ai-sdk.mjs"], { VERSION, OTHER: "true" }, node);
    expect(stdout).toBe(said);
    expect(receiver.spans).toEqual([]);
  });

  it("tells of a failure", async () => {
    await run([...PRELOAD, "ai-sdk.mjs"], { VERSION }, node);
    const failed = llmSpans().find(({ attributes }) =>
      JSON.stringify(attributes["input.value"]).includes("Fail."),
    );
    // Version 6 does not tell its telemetry: the span ends with the process.
    const how = { abandoned: failed?.attributes["stream.abandoned"], says: failed?.status?.message };
    expect(how).toEqual(
      VERSION === "6" ? { abandoned: true, says: "" } : { abandoned: undefined, says: "model down" },
    );
  });
});

describe("the AI SDK 6 where the program asks for its own spans", () => {
  it("is traced once", async () => {
    await run([...PRELOAD, "ai-sdk.mjs"], { VERSION: "6", PASS_TELEMETRY: "true" });
    expect(llmSpans().map(({ scope }) => scope.name)).toEqual(Array.from({ length: 6 }, () => "ai"));
  });
});
