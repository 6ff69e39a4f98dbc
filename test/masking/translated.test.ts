// Masking of other makers' spans once they are translated, and what of them repeats messages.
import type { Attributes } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TracerProvider, type TraceConfigOptions } from "../../src/index.ts";
import { useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
let provider: TracerProvider | undefined;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  await provider?.shutdown();
  await receiver.stop();
});

/** A call to a model as the AI SDK 6 writes it down. */
const AI_SDK: Attributes = {
  "operation.name": "ai.generateText.doGenerate",
  "ai.operationId": "ai.generateText.doGenerate",
  "ai.model.id": "gpt-4o",
  "ai.model.provider": "openai.chat",
  "ai.prompt.messages": JSON.stringify([
    { role: "system", content: "IN-system" },
    { role: "user", content: [{ type: "text", text: "IN-user" }] },
  ]),
  "ai.prompt.tools": [
    JSON.stringify({ type: "function", name: "search", description: "TOOL-description", inputSchema: {} }),
  ],
  "ai.settings.temperature": 0.987,
  "ai.response.text": "OUT-text",
  "ai.response.toolCalls": JSON.stringify([
    { toolCallId: "1", toolName: "search", input: '{"q":"OUT-arguments"}' },
  ]),
};

/** The span around it, which has no messages of its own in Phoenix, and a value that is made of them. */
const AI_SDK_AGENT: Attributes = {
  "operation.name": "ai.generateText",
  "ai.operationId": "ai.generateText",
  "ai.prompt": JSON.stringify({ system: "IN-system", messages: [{ role: "user", content: "IN-user" }] }),
  "ai.response.text": "OUT-text",
};

/** A call to a model by OpenTelemetry's conventions. */
const GEN_AI: Attributes = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "anthropic",
  "gen_ai.request.model": "claude",
  "gen_ai.request.temperature": 0.987,
  "gen_ai.system_instructions": JSON.stringify([{ type: "text", content: "IN-system" }]),
  "gen_ai.input.messages": JSON.stringify([{ role: "user", parts: [{ type: "text", content: "IN-user" }] }]),
  "gen_ai.output.messages": JSON.stringify([
    {
      role: "assistant",
      parts: [
        { type: "reasoning", content: "OUT-thought" },
        { type: "text", content: "OUT-text" },
        { type: "tool_call", id: "1", name: "search", arguments: { q: "OUT-arguments" } },
      ],
      finish_reason: "stop",
    },
  ]),
  "gen_ai.tool.definitions": JSON.stringify([
    { type: "function", name: "search", description: "TOOL-description", parameters: {} },
  ]),
};

const GENKIT: Attributes = {
  "genkit:type": "action",
  "genkit:metadata:subtype": "model",
  "genkit:name": "googleai/gemini",
  "genkit:input": JSON.stringify({ messages: [{ role: "user", content: [{ text: "IN-user" }] }] }),
  "genkit:output": JSON.stringify({ message: { role: "model", content: [{ text: "OUT-text" }] } }),
};

const OPENLLMETRY: Attributes = {
  "llm.request.type": "chat",
  "gen_ai.prompt.0.role": "user",
  "gen_ai.prompt.0.content": "IN-user",
  "gen_ai.completion.0.role": "assistant",
  "gen_ai.completion.0.content": "OUT-text",
};

async function bytesOf(
  attributes: Attributes,
  traceConfig: TraceConfigOptions,
  translate: boolean,
): Promise<string> {
  provider = new TracerProvider({ endpoint: receiver.httpUrl, traceConfig, translate });
  const span = provider.getTracer("ai").startSpan("span", { attributes });
  span.end();
  await provider.shutdown();
  return Buffer.concat(receiver.requests.map((request) => request.body)).toString("latin1");
}

describe.each(Object.entries({ AI_SDK, AI_SDK_AGENT, GEN_AI, GENKIT, OPENLLMETRY }))(
  "a span of %s",
  (_, attributes) => {
    const all = JSON.stringify(attributes).match(/(?:IN|OUT|TOOL)-\w+/g) ?? [];
    const cases: [TraceConfigOptions, RegExp][] = [
      [{}, /^$/],
      [{ hideInputs: true }, /^(IN|TOOL)-/],
      [{ hideOutputs: true }, /^OUT-/],
      [{ hideInputMessages: true }, /^IN-/],
      [{ hideInputText: true }, /^IN-/],
      [{ hideOutputMessages: true }, /^OUT-/],
      [{ hideOutputText: true }, /^OUT-/],
      [{ hideLLMTools: true }, /^TOOL-/],
    ];
    it.each(
      cases.flatMap(([config, hidden]) => [true, false].map((translate) => ({ config, hidden, translate }))),
    )("hides by $config what it says, translated: $translate", async ({ config, hidden, translate }) => {
      const bytes = await bytesOf(attributes, config, translate);
      const shown = new Set(all.filter((marker) => bytes.includes(marker)));
      expect([...shown]).toEqual([...new Set(all.filter((marker) => !hidden.test(marker)))]);
    });
  },
);

it("hides what the parameters of a translated call are", async () => {
  for (const attributes of [AI_SDK, GEN_AI]) {
    for (const translate of [true, false]) {
      receiver.forget();
      await bytesOf(attributes, { hideLLMInvocationParameters: true }, translate);
      expect(JSON.stringify(receiver.spans[0]?.attributes)).not.toContain("0.987");
    }
  }
});

it("hides messages that stand in events of the older conventions", async () => {
  for (const translate of [true, false]) {
    receiver.forget();
    provider = new TracerProvider({
      endpoint: receiver.httpUrl,
      translate,
      traceConfig: { hideInputs: true },
    });
    const span = provider
      .getTracer("ai")
      .startSpan("chat", { attributes: { "gen_ai.operation.name": "chat" } });
    span.addEvent("gen_ai.user.message", { content: "IN-user", role: "user" });
    span.addEvent("gen_ai.choice", { index: 0, message: JSON.stringify({ content: "OUT-text" }) });
    span.addEvent("gen_ai.content.prompt", { "gen_ai.prompt": "IN-prompt" });
    span.end();
    await provider.shutdown();
    const bytes = Buffer.concat(receiver.requests.map((request) => request.body)).toString("latin1");
    expect([bytes.includes("IN-"), bytes.includes("OUT-text")]).toEqual([false, true]);
  }
});

it("leaves OpenInference's own prompts of a completion as they are", async () => {
  const attributes = { "openinference.span.kind": "LLM", "llm.prompts.0.prompt.text": "IN-prompt" };
  await bytesOf(attributes, {}, true);
  expect(receiver.spans[0]?.attributes).toEqual(attributes);
});
