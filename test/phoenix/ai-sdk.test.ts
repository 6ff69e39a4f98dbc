// The same agent by AI SDK 5 and 7 with their own telemetry, read back from a real server: kinds, messages, tools, and the
// tokens and the cost of each call, once.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LlmServer, startLlmServer } from "../support/llm-server.ts";
import { runOnNode } from "../support/node-versions.ts";
import type { StoredSpan, StoredSums } from "../support/phoenix-rest.ts";
import { type PhoenixServer, startPhoenix } from "../support/phoenix-server.ts";
import type { ProgramEnd } from "../support/run-program.ts";

const MODEL = "gpt-4o-2024-08-06";
const ANSWER = "It is 5 degrees in Oslo.";
const CALL = {
  id: "call_1",
  type: "function",
  function: { name: "weather", arguments: '{"city":"Oslo"}' },
};
/** What the model reports of each of its answers. */
const REPORTED = [
  {
    prompt_tokens: 80,
    completion_tokens: 15,
    total_tokens: 95,
    prompt_tokens_details: { cached_tokens: 64 },
  },
  { prompt_tokens: 110, completion_tokens: 9, total_tokens: 119 },
] as const;

const answer = (message: object, finish_reason: string, usage: object) => ({
  json: {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_764_000_000,
    model: MODEL,
    choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason }],
    usage,
  },
});

let phoenix: PhoenixServer;
let model: LlmServer;

beforeAll(async () => {
  phoenix = await startPhoenix();
  model = await startLlmServer();
});
afterAll(async () => {
  await model?.close();
  await phoenix?.remove();
});

describe.each([
  ["5", ["AGENT", "LLM", "LLM", "TOOL"]],
  ["7", ["AGENT", "CHAIN", "CHAIN", "LLM", "LLM", "TOOL"]],
] as const)("an agent of AI SDK %s", (version, kinds) => {
  const project = `agent of AI SDK ${version}`;
  let end: ProgramEnd;
  let spans: readonly StoredSpan[];
  let sums: StoredSums;
  const ofKind = (kind: string): StoredSpan[] =>
    spans
      .filter(({ span_kind }) => span_kind === kind)
      .toSorted((a, b) => (a.start_time < b.start_time ? -1 : 1));

  beforeAll(async () => {
    model.reply(
      answer({ tool_calls: [CALL] }, "tool_calls", REPORTED[0]),
      answer({ content: ANSWER }, "stop", REPORTED[1]),
    );
    end = await runOnNode("24", ["--import", "tsx", "test/phoenix/programs/ai-agent.ts"], {
      SDK: version,
      LLM_URL: model.url,
      PHOENIX_COLLECTOR_ENDPOINT: `${phoenix.httpUrl}/v1/traces`,
      PHOENIX_PROJECT: project,
    });
    spans = await phoenix.rest.waitForSpans(project, kinds.length);
    sums = await phoenix.rest.until(
      () => phoenix.rest.sums(project),
      ({ priced }) => priced.length >= REPORTED.length,
    );
  });

  test("ends well, and the SDK says what it used", () => {
    expect(end).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(end.stdout)).toEqual({
      text: ANSWER,
      usage: { inputTokens: 190, outputTokens: 24, totalTokens: 214 },
    });
  });

  test("is one trace of the kinds that it is made of", () => {
    expect(spans.map(({ span_kind }) => span_kind).toSorted()).toEqual(kinds);
    expect(new Set(spans.map(({ context }) => context.trace_id)).size).toBe(1);
    expect(spans.filter(({ parent_id }) => parent_id === null)).toEqual(ofKind("AGENT"));
    expect(spans.map(({ status_code }) => status_code)).not.toContain("ERROR");
  });

  test("shows what was asked, called and answered", () => {
    const [asking, answering] = ofKind("LLM");
    const prefix = "llm.input_messages";
    expect(asking?.attributes).toMatchObject({
      "llm.model_name": MODEL,
      "llm.provider": "openai",
      [`${prefix}.0.message.role`]: "system",
      [`${prefix}.0.message.content`]: "Answer with one sentence.",
      [`${prefix}.1.message.role`]: "user",
      [`${prefix}.1.message.content`]: "How warm is it in Oslo?",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": CALL.id,
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "weather",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": CALL.function.arguments,
      "llm.tools.0.tool.name": "weather",
    });
    expect(JSON.parse(asking?.attributes["llm.tools.0.tool.json_schema"] as string)).toMatchObject({
      type: "function",
      function: { name: "weather", description: "The weather in a city", parameters: { required: ["city"] } },
    });
    expect(JSON.parse(asking?.attributes["llm.invocation_parameters"] as string)).toMatchObject({
      temperature: 0.5,
    });
    expect(answering?.attributes).toMatchObject({
      [`${prefix}.2.message.tool_calls.0.tool_call.function.name`]: "weather",
      [`${prefix}.3.message.role`]: "tool",
      [`${prefix}.3.message.tool_call_id`]: CALL.id,
      [`${prefix}.3.message.content`]: '{"degrees":5}',
      "llm.output_messages.0.message.content": ANSWER,
    });
    expect(ofKind("TOOL")[0]).toMatchObject({
      name: "weather",
      attributes: {
        "tool.name": "weather",
        "tool.id": CALL.id,
        "input.value": CALL.function.arguments,
        "output.value": '{"degrees":5}',
      },
    });
    expect(ofKind("AGENT")[0]?.attributes).toMatchObject({
      "agent.name": "weather-agent",
      "input.value": expect.stringContaining("How warm is it in Oslo?"),
      "output.value": ANSWER,
    });
  });

  test("counts the tokens that the model reported, once", () => {
    const counts = ofKind("LLM").map(({ attributes }) => ({
      prompt_tokens: attributes["llm.token_count.prompt"],
      completion_tokens: attributes["llm.token_count.completion"],
      total_tokens: attributes["llm.token_count.total"],
    }));
    expect(counts).toMatchObject(
      REPORTED.map(({ prompt_tokens, completion_tokens, total_tokens }) => ({
        prompt_tokens,
        completion_tokens,
        total_tokens,
      })),
    );
    // Version 5 tells of the cache where it streams.
    const cached = ofKind("LLM")[0]?.attributes["llm.token_count.prompt_details.cache_read"];
    expect(cached).toBe(version === "7" ? 64 : undefined);
    const others = spans.filter(({ span_kind }) => span_kind !== "LLM");
    for (const { attributes } of others) expect(Object.keys(attributes).join()).not.toContain("token_count");
    expect(sums.tokens).toBe(214);
  });

  test("costs what its two calls cost, once", () => {
    expect(sums.priced).toHaveLength(2);
    const [first = 0, second = 0] = sums.priced;
    expect(Math.min(first, second)).toBeGreaterThan(0);
    expect(sums.cost).toBeCloseTo(first + second, 12);
  });
});
