// Agents and flows of other makers' packages with our register(): what they trace leaves as OpenInference spans.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ending } from "../support/child.ts";
import { type ModelServer, SAID, startModelServer, TOKENS } from "../support/model-server.ts";
import { nodeBinary } from "../support/node-versions.ts";
import { type CollectedSpan, type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { installProject, type Project } from "../support/project.ts";

const QUESTION = "How heavy is the cod?";
const WEIGHED = "cod: 3 kg";
const MODES = [["whole"], ["stream"]];

let project: Project;
let receiver: OtlpReceiver;
let model: ModelServer;

beforeAll(async () => {
  project = await installProject("makers");
});
afterAll(() => project.remove());
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  model = await startModelServer();
});
afterEach(async () => {
  await model.close();
  await receiver.stop();
});

async function run(node: string, ...args: string[]): Promise<Ending> {
  const ending = await project.run(node, args, {
    MODEL_URL: model.url,
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
    MASTRA_TELEMETRY_DISABLED: "true",
  });
  expect(ending).toMatchObject({ code: 0, stdout: `${SAID}\n`, stderr: "" });
  expect(model.asked).toHaveLength(2);
  return ending;
}

const kindOf = ({ attributes }: CollectedSpan): unknown => attributes["openinference.span.kind"];

/** The spans as `KIND name < parent`, sorted, of one trace. */
function tree(): string[] {
  const spans = receiver.uniqueSpans;
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans
    .map((span) => {
      const own = `${String(kindOf(span))} ${span.name}`;
      return span.parentSpanId ? `${own} < ${names.get(span.parentSpanId) ?? "?"}` : own;
    })
    .toSorted();
}

/** The attributes of the spans of a kind, in the order in which they ended. */
const ofKind = (kind: string): CollectedSpan["attributes"][] =>
  receiver.uniqueSpans.filter((span) => kindOf(span) === kind).map(({ attributes }) => attributes);

/** Phoenix adds up the counts of all spans: together they are those of the two calls, and only LLM spans have any. */
function expectTokensOnce(): void {
  const counted = receiver.uniqueSpans.filter(({ attributes }) =>
    Object.keys(attributes).some((key) => key.startsWith("llm.token_count.")),
  );
  expect(new Set(counted.map(kindOf))).toEqual(new Set(["LLM"]));
  const sum = (key: string): number =>
    counted.reduce((total, { attributes }) => total + Number(attributes[`llm.token_count.${key}`]), 0);
  expect([sum("prompt"), sum("completion"), sum("total")]).toEqual([
    2 * TOKENS.prompt,
    2 * TOKENS.completion,
    2 * (TOKENS.prompt + TOKENS.completion),
  ]);
}

const ASKED = {
  "llm.input_messages.0.message.role": "system",
  "llm.input_messages.0.message.content": "Be brief.",
  "llm.input_messages.1.message.role": "user",
  "llm.input_messages.1.message.content": QUESTION,
};
const ANSWERED = {
  "output.value": SAID,
  "llm.output_messages.0.message.role": "assistant",
  "llm.output_messages.0.message.content": SAID,
};
const MODEL = { "llm.model_name": "gpt-4o", "llm.provider": "loopback", "llm.finish_reason": "stop" };
const TOOL = { "tool.name": "weigh", "input.value": '{"what":"cod"}', "output.value": WEIGHED };

const toolCall = (message: string): Record<string, string> => ({
  [`${message}.message.role`]: "assistant",
  [`${message}.message.tool_calls.0.tool_call.id`]: "t1",
  [`${message}.message.tool_calls.0.tool_call.function.name`]: "weigh",
  [`${message}.message.tool_calls.0.tool_call.function.arguments`]: '{"what":"cod"}',
});

describe("Genkit", () => {
  it.each(MODES)("a flow with a tool, %s", async (mode) => {
    await run(process.execPath, "genkit.mjs", mode);
    expect(tree()).toEqual([
      "CHAIN ask",
      "CHAIN generate < ask",
      "CHAIN generate < generate",
      "CHAIN scale < weigh",
      "LLM loopback/gpt-4o < generate",
      "LLM loopback/gpt-4o < generate",
      "TOOL weigh < generate",
    ]);
    const flow = receiver.uniqueSpans.find(({ name }) => name === "ask")!;
    expect(flow.attributes).toMatchObject({ "input.value": QUESTION, "output.value": SAID });
    expect(ofKind("TOOL")).toMatchObject([TOOL]);
    expect(ofKind("LLM")).toMatchObject([
      {
        ...MODEL,
        ...ASKED,
        ...toolCall("llm.output_messages.0"),
        "llm.tools.0.tool.name": "weigh",
        "llm.tools.0.tool.description": "Weighs",
      },
      {
        ...MODEL,
        ...ASKED,
        ...ANSWERED,
        ...toolCall("llm.input_messages.2"),
        "llm.input_messages.3.message.role": "tool",
        "llm.input_messages.3.message.tool_call_id": "t1",
        "llm.input_messages.3.message.content": WEIGHED,
      },
    ]);
    expectTokensOnce();
  });
});

describe("Mastra, through its bridge", () => {
  it.each(MODES)("an agent with a tool, %s", async (mode) => {
    // It wants Node 22.
    await run(await nodeBinary("22"), "mastra.mjs", mode);
    expect(tree()).toEqual([
      "AGENT invoke_agent fishmonger",
      "CHAIN model_chunk fishmonger < model_inference fishmonger",
      "CHAIN model_chunk fishmonger < model_inference fishmonger",
      "CHAIN model_chunk fishmonger < model_inference fishmonger",
      "CHAIN model_inference fishmonger < model_step fishmonger",
      "CHAIN model_inference fishmonger < model_step fishmonger",
      "CHAIN model_step fishmonger < chat gpt-4o",
      "CHAIN model_step fishmonger < chat gpt-4o",
      "CHAIN scale < weigh",
      "LLM chat gpt-4o < invoke_agent fishmonger",
      "TOOL weigh < model_step fishmonger",
    ]);
    expect(ofKind("AGENT")).toMatchObject([
      {
        "agent.name": "fishmonger",
        "input.value": QUESTION,
        "output.value": expect.stringContaining(SAID) as string,
      },
    ]);
    expect(ofKind("TOOL")).toMatchObject([
      { ...TOOL, "tool.description": "Weighs", "tool.id": "t1", "tool.parameters": '{"what":"cod"}' },
    ]);
    // One span of both calls, with the sum of their tokens; the call of the tool stands in the step.
    expect(ofKind("LLM")).toMatchObject([{ ...MODEL, ...ASKED, ...ANSWERED }]);
    expectTokensOnce();
  });
});
