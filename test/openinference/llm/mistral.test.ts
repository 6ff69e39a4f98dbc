// Mistral's own SDK, whole and streamed, and its reasoning models through OpenAI's shape.
import { Mistral } from "@mistralai/mistralai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatEvents, startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import { readStream, readWhole } from "./read-call.ts";

let server: LlmServer;
let mistral: Mistral;

beforeAll(async () => {
  server = await startLlmServer();
  mistral = new Mistral({ apiKey: "key", serverURL: server.url });
});
afterAll(() => server.close());

const model = "mistral-small-latest";
const usage = { prompt_tokens: 15, completion_tokens: 4, total_tokens: 19 };
const answer = { id: "a", created: 1, model };
const toolCall = { id: "tc1", index: 0, function: { name: "depth", arguments: '{"lake":"Vättern"}' } };

const request = {
  model,
  temperature: 0.5,
  messages: [
    { role: "user" as const, content: "How deep?" },
    {
      role: "assistant" as const,
      content: "",
      toolCalls: [{ id: "t0", function: { name: "find", arguments: '{"what":"lake"}' } }],
    },
    { role: "tool" as const, toolCallId: "t0", name: "find", content: "Vättern" },
  ],
};

const REQUEST = {
  "llm.model_name": model,
  "llm.provider": "mistralai",
  "llm.system": "mistralai",
  "llm.invocation_parameters": '{"model":"mistral-small-latest","temperature":0.5}',
  "llm.input_messages.0.message.role": "user",
  "llm.input_messages.0.message.content": "How deep?",
  "llm.input_messages.1.message.role": "assistant",
  "llm.input_messages.1.message.tool_calls.0.tool_call.id": "t0",
  "llm.input_messages.1.message.tool_calls.0.tool_call.function.name": "find",
  "llm.input_messages.1.message.tool_calls.0.tool_call.function.arguments": '{"what":"lake"}',
  "llm.input_messages.2.message.role": "tool",
  "llm.input_messages.2.message.name": "find",
  "llm.input_messages.2.message.tool_call_id": "t0",
  "llm.input_messages.2.message.content": "Vättern",
};

const CALLED = {
  "llm.output_messages.0.message.role": "assistant",
  "llm.output_messages.0.message.tool_calls.0.tool_call.id": "tc1",
  "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "depth",
  "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"lake":"Vättern"}',
  "llm.finish_reason": "tool_calls",
  "llm.token_count.prompt": 15,
  "llm.token_count.completion": 4,
  "llm.token_count.total": 19,
};

test("reads chat.complete: calls, tokens, the finish reason", async () => {
  const message = { role: "assistant", content: "", tool_calls: [toolCall] };
  server.reply({
    json: {
      ...answer,
      object: "chat.completion",
      usage,
      choices: [{ index: 0, message, finish_reason: "tool_calls" }],
    },
  });
  expect(readWhole(request, await mistral.chat.complete(request))).toEqual({ ...REQUEST, ...CALLED });
});

const chunk = (delta: object, finish_reason: string | null = null, more: object = {}): object => ({
  ...answer,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});

test("folds chat.stream, whose events hold each chunk", async () => {
  server.reply(
    chatEvents(
      chunk({ role: "assistant", content: "Very " }),
      chunk({ content: "deep." }, "stop", { usage }),
    ),
  );
  const read = await readStream(request, await mistral.chat.stream(request));
  expect(read.text).toBe("Very deep.");
  expect(read.attributes).toEqual({
    ...REQUEST,
    "llm.output_messages.0.message.role": "assistant",
    "llm.output_messages.0.message.content": "Very deep.",
    "llm.finish_reason": "stop",
    "llm.token_count.prompt": 15,
    "llm.token_count.completion": 4,
    "llm.token_count.total": 19,
  });
});

test("folds a stream that is only tool calls", async () => {
  server.reply(
    chatEvents(
      chunk({ role: "assistant", content: "" }),
      chunk({ tool_calls: [toolCall] }, "tool_calls", { usage }),
    ),
  );
  const read = await readStream(request, await mistral.chat.stream(request));
  expect(read.text).toBeUndefined();
  expect(read.output).toEqual([{ id: "tc1", name: "depth", arguments: { lake: "Vättern" } }]);
  expect(read.attributes).toEqual({ ...REQUEST, ...CALLED });
});

const thinking = (text: string): object[] => [{ type: "thinking", thinking: [{ type: "text", text }] }];
const THOUGHT = {
  "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
  "llm.output_messages.0.message.contents.0.message_content.text": "Count the ducks.",
  "llm.output_messages.0.message.contents.1.message_content.type": "text",
  "llm.output_messages.0.message.contents.1.message_content.text": "Three ducks.",
};

test("reads a reasoning model's thoughts, whole and streamed", async () => {
  const content = [...thinking("Count the ducks."), { type: "text", text: "Three ducks." }];
  const message = { role: "assistant", content };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  server.reply({ json: { ...answer, object: "chat.completion", usage, choices } });
  expect(readWhole(request, await mistral.chat.complete(request))).toMatchObject(THOUGHT);

  server.reply(
    chatEvents(
      chunk({ role: "assistant", content: thinking("Count ") }),
      chunk({ content: thinking("the ducks.") }),
      chunk({ content: [{ type: "text", text: "Three " }] }),
      chunk({ content: "ducks." }, "stop", { usage }),
    ),
  );
  const read = await readStream(request, await mistral.chat.stream(request));
  expect(read.text).toBe("Three ducks.");
  expect(read.attributes).toMatchObject(THOUGHT);
});
