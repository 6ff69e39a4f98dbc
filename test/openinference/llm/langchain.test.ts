// LangChain's messages as arguments and answers, and the chunks of its chat models.
import {
  AIMessage,
  AIMessageChunk,
  HumanMessage,
  mapChatMessagesToStoredMessages,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { expect, onTestFinished, test } from "vitest";
import { traceLLM } from "../../../src/index.ts";
import { recordSpans } from "../../decorators/support/recorded-spans.ts";
import { readRequest, readStream, readWhole } from "./read-call.ts";

/** The SDK's types of fields are narrower than what it takes. */
const aiMessage = (fields: object): AIMessage => new AIMessage(fields);
const aiChunk = (fields: object): AIMessageChunk => new AIMessageChunk(fields);

const messages = [
  new SystemMessage("Be kind."),
  new HumanMessage({
    content: [
      { type: "text", text: "When?" },
      { type: "image_url", image_url: { url: "https://example.com/clock.png" } },
    ],
  }),
  aiMessage({ content: "", tool_calls: [{ id: "t0", name: "clock", args: { zone: "CET" } }] }),
  new ToolMessage({ content: "noon", tool_call_id: "t0", name: "clock" }),
];

const MESSAGES = {
  "llm.input_messages.0.message.role": "system",
  "llm.input_messages.0.message.content": "Be kind.",
  "llm.input_messages.1.message.role": "user",
  "llm.input_messages.1.message.contents.0.message_content.type": "text",
  "llm.input_messages.1.message.contents.0.message_content.text": "When?",
  "llm.input_messages.1.message.contents.1.message_content.type": "image",
  "llm.input_messages.1.message.contents.1.message_content.image.image.url": "https://example.com/clock.png",
  "llm.input_messages.2.message.role": "assistant",
  "llm.input_messages.2.message.tool_calls.0.tool_call.id": "t0",
  "llm.input_messages.2.message.tool_calls.0.tool_call.function.name": "clock",
  "llm.input_messages.2.message.tool_calls.0.tool_call.function.arguments": '{"zone":"CET"}',
  "llm.input_messages.3.message.role": "tool",
  "llm.input_messages.3.message.name": "clock",
  "llm.input_messages.3.message.tool_call_id": "t0",
  "llm.input_messages.3.message.content": "noon",
};

test.each([
  ["a list of instances", messages],
  ["a state that holds them", { messages }],
  ["their JSON", JSON.parse(JSON.stringify(messages)) as unknown],
  ["what a history stores", mapChatMessagesToStoredMessages(messages)],
])("reads %s", (_form, argument) => {
  expect(readRequest([argument])).toEqual(MESSAGES);
});

const answer = aiMessage({
  content: "At noon.",
  tool_calls: [{ id: "t1", name: "clock", args: { zone: "CET" }, type: "tool_call" }],
  usage_metadata: {
    input_tokens: 30,
    output_tokens: 6,
    total_tokens: 36,
    input_token_details: { cache_read: 10 },
    output_token_details: { reasoning: 2 },
  },
  response_metadata: { model_provider: "openai", model_name: "gpt-4o-mini", finish_reason: "stop" },
});

const out = "llm.output_messages.0.message";
const ANSWER = {
  "llm.model_name": "gpt-4o-mini",
  "llm.provider": "openai",
  "llm.system": "openai",
  [`${out}.role`]: "assistant",
  [`${out}.content`]: "At noon.",
  [`${out}.tool_calls.0.tool_call.id`]: "t1",
  [`${out}.tool_calls.0.tool_call.function.name`]: "clock",
  [`${out}.tool_calls.0.tool_call.function.arguments`]: '{"zone":"CET"}',
  "llm.finish_reason": "stop",
  "llm.token_count.prompt": 30,
  "llm.token_count.completion": 6,
  "llm.token_count.total": 36,
  "llm.token_count.prompt_details.cache_read": 10,
  "llm.token_count.completion_details.reasoning": 2,
};

test("reads an AIMessage, alone and as the generation of generate()", () => {
  expect(readWhole(messages, answer)).toMatchObject(ANSWER);
  const result = { generations: [[{ text: "At noon.", message: answer }]], llmOutput: {} };
  expect(readWhole(messages, result)).toMatchObject(ANSWER);
});

test("reads an AIMessage with content in the words of its provider", () => {
  const message = aiMessage({
    content: [
      { type: "thinking", thinking: "The sun.", signature: "sig" },
      { type: "text", text: "At noon." },
      { type: "tool_use", id: "t1", name: "clock", input: { zone: "CET" } },
    ],
    tool_calls: [{ id: "t1", name: "clock", args: { zone: "CET" }, type: "tool_call" }],
    usage_metadata: {
      // Early versions left the cache out of the input.
      input_tokens: 5,
      output_tokens: 6,
      total_tokens: 11,
      input_token_details: { cache_read: 100, cache_creation: 20 },
    },
  });
  expect(readWhole(messages, message)).toMatchObject({
    [`${out}.contents.0.message_content.type`]: "reasoning",
    [`${out}.contents.0.message_content.text`]: "The sun.",
    [`${out}.contents.0.message_content.signature`]: "sig",
    [`${out}.contents.1.message_content.text`]: "At noon.",
    [`${out}.tool_calls.0.tool_call.id`]: "t1",
    "llm.token_count.prompt": 125,
    "llm.token_count.total": 131,
  });
});

test("folds chunks: text, pieces of calls told apart by index, counts added", async () => {
  async function* chunks(): AsyncGenerator<AIMessageChunk> {
    await Promise.resolve();
    const usage_metadata = { input_tokens: 30, output_tokens: 0, total_tokens: 30 };
    const response_metadata = { model_name: "claude-sonnet-4-5" };
    yield aiChunk({ content: "At ", usage_metadata, response_metadata });
    yield aiChunk({
      content: [{ type: "text", text: "noon." }],
      tool_call_chunks: [{ index: 0, id: "t1", name: "clock", args: '{"zone":', type: "tool_call_chunk" }],
    });
    yield aiChunk({
      content: "",
      tool_call_chunks: [{ index: 0, args: '"CET"}', type: "tool_call_chunk" }],
      usage_metadata: { input_tokens: 0, output_tokens: 6, total_tokens: 6 },
      response_metadata: { stop_reason: "tool_use" },
    });
  }
  const read = await readStream(messages, chunks());
  expect(read.text).toBe("At noon.");
  expect(read.attributes).toEqual({
    ...MESSAGES,
    "llm.model_name": "claude-sonnet-4-5",
    "llm.system": "anthropic",
    [`${out}.role`]: "assistant",
    [`${out}.content`]: "At noon.",
    [`${out}.tool_calls.0.tool_call.id`]: "t1",
    [`${out}.tool_calls.0.tool_call.function.name`]: "clock",
    [`${out}.tool_calls.0.tool_call.function.arguments`]: '{"zone":"CET"}',
    "llm.finish_reason": "tool_use",
    "llm.token_count.prompt": 30,
    "llm.token_count.completion": 6,
    "llm.token_count.total": 36,
  });
});

test("a wrapped chat model fills its span, awaited and streamed", async () => {
  const recorded = recordSpans();
  onTestFinished(() => recorded.stop());
  const model = new FakeListChatModel({ responses: ["At noon."] });
  const invoke = traceLLM((asked: typeof messages) => model.invoke(asked), { name: "invoke" });
  const stream = traceLLM((asked: typeof messages) => model.stream(asked), { name: "stream" });
  expect((await invoke(messages)).content).toBe("At noon.");
  for await (const chunk of await stream(messages)) void chunk;
  const answered = { ...MESSAGES, [`${out}.role`]: "assistant", [`${out}.content`]: "At noon." };
  expect(recorded.attributes("invoke")).toMatchObject(answered);
  expect(recorded.attributes("stream")).toMatchObject({ ...answered, "output.value": "At noon." });
});
