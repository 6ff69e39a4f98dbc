// Cohere's SDK: chat and chatStream of both versions.
import { CohereClient, CohereClientV2 } from "cohere-ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLlmServer, typedEvents, type LlmServer } from "../../support/llm-server.ts";
import { readStream, readWhole } from "./read-call.ts";

let server: LlmServer;
let v2: CohereClientV2;
let v1: CohereClient;

beforeAll(async () => {
  server = await startLlmServer();
  v2 = new CohereClientV2({ token: "token", environment: server.url });
  v1 = new CohereClient({ token: "token", environment: server.url });
});
afterAll(() => server.close());

const usage = {
  billed_units: { input_tokens: 8, output_tokens: 3 },
  tokens: { input_tokens: 70, output_tokens: 5 },
  cached_tokens: 64,
};

const TOKENS = {
  "llm.token_count.prompt": 70,
  "llm.token_count.completion": 5,
  "llm.token_count.total": 75,
};

const CACHED = { ...TOKENS, "llm.token_count.prompt_details.cache_read": 64 };
const VENDOR = { "llm.provider": "cohere", "llm.system": "cohere" };
const out = "llm.output_messages.0.message";

describe("version 2", () => {
  const request = {
    model: "command-a-03-2025",
    messages: [{ role: "user" as const, content: "How many owls?" }],
    temperature: 0.3,
  };
  const REQUEST = {
    "llm.model_name": "command-a-03-2025",
    "llm.invocation_parameters": '{"model":"command-a-03-2025","temperature":0.3}',
    "llm.input_messages.0.message.role": "user",
    "llm.input_messages.0.message.content": "How many owls?",
    ...VENDOR,
  };
  const CALLED = {
    [`${out}.role`]: "assistant",
    [`${out}.contents.0.message_content.type`]: "reasoning",
    [`${out}.contents.0.message_content.text`]: "I count them.",
    [`${out}.contents.1.message_content.type`]: "tool_use",
    [`${out}.contents.1.tool_call.id`]: "c1",
    [`${out}.contents.1.tool_call.function.name`]: "count",
    [`${out}.contents.1.tool_call.function.arguments`]: '{"what":"owls"}',
    [`${out}.tool_calls.0.tool_call.id`]: "c1",
    [`${out}.tool_calls.0.tool_call.function.name`]: "count",
    [`${out}.tool_calls.0.tool_call.function.arguments`]: '{"what":"owls"}',
    "llm.finish_reason": "TOOL_CALL",
  };
  const call = { id: "c1", type: "function", function: { name: "count", arguments: '{"what":"owls"}' } };

  test("reads a text, with the tokens that were read and not those that are billed", async () => {
    const message = { role: "assistant", content: [{ type: "text", text: "Two owls." }] };
    server.reply({ json: { id: "r", finish_reason: "COMPLETE", message, usage } });
    expect(readWhole(request, await v2.chat(request))).toEqual({
      ...REQUEST,
      [`${out}.role`]: "assistant",
      [`${out}.content`]: "Two owls.",
      "llm.finish_reason": "COMPLETE",
      ...CACHED,
    });
  });

  test("reads the plan and the calls", async () => {
    const message = { role: "assistant", tool_plan: "I count them.", tool_calls: [call] };
    server.reply({ json: { id: "r", finish_reason: "TOOL_CALL", message, usage } });
    expect(readWhole(request, await v2.chat(request))).toEqual({ ...REQUEST, ...CALLED, ...CACHED });
  });

  test("folds text and thoughts", async () => {
    const content = (text: object): object => ({ message: { content: text } });
    server.reply(
      typedEvents(
        { type: "message-start", id: "r", delta: { message: { role: "assistant", content: [] } } },
        { type: "content-start", index: 0, delta: content({ type: "thinking", thinking: "" }) },
        { type: "content-delta", index: 0, delta: content({ thinking: "Look up." }) },
        { type: "content-end", index: 0 },
        { type: "content-start", index: 1, delta: content({ type: "text", text: "" }) },
        { type: "content-delta", index: 1, delta: content({ text: "Two " }) },
        { type: "content-delta", index: 1, delta: content({ text: "owls." }) },
        { type: "content-end", index: 1 },
        { type: "message-end", delta: { finish_reason: "COMPLETE", usage } },
      ),
    );
    const read = await readStream(request, await v2.chatStream(request));
    expect(read.text).toBe("Two owls.");
    expect(read.attributes).toMatchObject({
      ...REQUEST,
      [`${out}.contents.0.message_content.type`]: "reasoning",
      [`${out}.contents.0.message_content.text`]: "Look up.",
      [`${out}.contents.1.message_content.text`]: "Two owls.",
      "llm.finish_reason": "COMPLETE",
      ...CACHED,
    });
  });

  test("folds a plan and calls", async () => {
    const piece = (tool_calls: object): object => ({ message: { tool_calls } });
    server.reply(
      typedEvents(
        { type: "message-start", id: "r", delta: { message: { role: "assistant" } } },
        { type: "tool-plan-delta", delta: { message: { tool_plan: "I count " } } },
        { type: "tool-plan-delta", delta: { message: { tool_plan: "them." } } },
        {
          type: "tool-call-start",
          index: 0,
          delta: piece({ ...call, function: { name: "count", arguments: "" } }),
        },
        { type: "tool-call-delta", index: 0, delta: piece({ function: { arguments: '{"what":' } }) },
        { type: "tool-call-delta", index: 0, delta: piece({ function: { arguments: '"owls"}' } }) },
        { type: "tool-call-end", index: 0 },
        { type: "message-end", delta: { finish_reason: "TOOL_CALL", usage } },
      ),
    );
    const read = await readStream(request, await v2.chatStream(request));
    expect(read.output).toEqual([{ id: "c1", name: "count", arguments: { what: "owls" } }]);
    expect(read.attributes).toEqual({ ...REQUEST, ...CALLED, ...CACHED });
  });
});

describe("version 1", () => {
  const request = {
    model: "command-r-plus",
    message: "How many owls?",
    preamble: "Be brief.",
    chatHistory: [
      { role: "USER" as const, message: "Hello" },
      { role: "CHATBOT" as const, message: "Hi" },
    ],
  };
  const REQUEST = {
    "llm.model_name": "command-r-plus",
    "llm.invocation_parameters": '{"model":"command-r-plus"}',
    "llm.input_messages.0.message.role": "system",
    "llm.input_messages.0.message.content": "Be brief.",
    "llm.input_messages.1.message.role": "user",
    "llm.input_messages.1.message.content": "Hello",
    "llm.input_messages.2.message.role": "assistant",
    "llm.input_messages.2.message.content": "Hi",
    "llm.input_messages.3.message.role": "user",
    "llm.input_messages.3.message.content": "How many owls?",
    ...VENDOR,
  };
  const whole = {
    text: "Two owls.",
    generation_id: "g",
    response_id: "r",
    finish_reason: "COMPLETE",
    tool_calls: [{ name: "count", parameters: { what: "owls" } }],
    meta: { tokens: usage.tokens, billed_units: usage.billed_units },
  };
  const ANSWER = {
    [`${out}.role`]: "assistant",
    [`${out}.tool_calls.0.tool_call.function.name`]: "count",
    [`${out}.tool_calls.0.tool_call.function.arguments`]: '{"what":"owls"}',
    [`${out}.content`]: "Two owls.",
    "llm.finish_reason": "COMPLETE",
    ...TOKENS,
  };

  test("reads message, history, answer and tokens", async () => {
    server.reply({ json: whole });
    expect(readWhole(request, await v1.chat(request))).toEqual({ ...REQUEST, ...ANSWER });
  });

  test("folds chatStream, which ends with the whole answer", async () => {
    server.reply({
      lines: [
        { event_type: "stream-start", generation_id: "g" },
        { event_type: "text-generation", text: "Two " },
        { event_type: "text-generation", text: "owls." },
        { event_type: "stream-end", finish_reason: "COMPLETE", response: whole },
      ],
    });
    const read = await readStream(request, await v1.chatStream(request));
    expect(read.text).toBe("Two owls.");
    expect(read.attributes).toEqual({ ...REQUEST, ...ANSWER });
  });
});
