import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import * as recordings from "../../support/llm-recordings/openai-responses.ts";
import { readLlmCall, readRequest, readStream, readWhole } from "./read-call.ts";

let server: LlmServer;
let openai: OpenAI;

beforeAll(async () => {
  server = await startLlmServer();
  openai = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1`, maxRetries: 0 });
});
afterAll(() => server.close());

const USAGE = {
  "llm.token_count.prompt": 328,
  "llm.token_count.completion": 52,
  "llm.token_count.total": 380,
  "llm.token_count.prompt_details.cache_read": 256,
  "llm.token_count.completion_details.reasoning": 32,
};

const MODEL = {
  "llm.model_name": "gpt-5-2025-08-07",
  "llm.request.model_name": "gpt-5",
  "llm.response.model_name": "gpt-5-2025-08-07",
  "llm.provider": "openai",
  "llm.system": "openai",
};

const weatherTool = {
  type: "function",
  name: "get_weather",
  description: "Weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } } },
  strict: true,
} satisfies OpenAI.Responses.Tool;

describe("OpenAI Responses, whole", () => {
  test("reads instructions, a text input and a text answer", async () => {
    server.reply(recordings.text);
    const request = {
      model: "gpt-5",
      instructions: "Be brief.",
      input: "Weather in Paris?",
      reasoning: { effort: "low" as const },
    };
    expect(readWhole(request, await openai.responses.create(request))).toEqual({
      ...MODEL,
      "llm.invocation_parameters": '{"model":"gpt-5","reasoning":{"effort":"low"}}',
      "llm.input_messages.0.message.role": "system",
      "llm.input_messages.0.message.content": "Be brief.",
      "llm.input_messages.1.message.role": "user",
      "llm.input_messages.1.message.content": "Weather in Paris?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Looking it up.",
      "llm.finish_reason": "completed",
      ...USAGE,
    });
  });

  test("reads reasoning, text and tool calls of one answer in their order", async () => {
    server.reply(recordings.reasoningAndToolCall);
    const request = { model: "gpt-5", input: "Weather in Paris?", tools: [weatherTool] };
    const parts = "llm.output_messages.0.message.contents";
    expect(readWhole(request, await openai.responses.create(request))).toEqual({
      ...MODEL,
      "llm.invocation_parameters": '{"model":"gpt-5"}',
      "llm.tools.0.tool.name": "get_weather",
      "llm.tools.0.tool.description": "Weather of a city",
      "llm.tools.0.tool.json_schema":
        '{"type":"function","name":"get_weather","description":"Weather of a city","parameters":{"type":"object","properties":{"city":{"type":"string"}}},"strict":true}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Weather in Paris?",
      "llm.output_messages.0.message.role": "assistant",
      [`${parts}.0.message_content.type`]: "reasoning",
      [`${parts}.0.message_content.id`]: "rs_6876cf02e0bc8192b74af0fb64b715ff",
      [`${parts}.0.message_content.text`]: "The user asks for the weather.",
      [`${parts}.0.message_content.encrypted_content`]: "gAAAAABod",
      [`${parts}.1.message_content.type`]: "text",
      [`${parts}.1.message_content.text`]: "Looking it up.",
      [`${parts}.2.message_content.type`]: "tool_use",
      [`${parts}.2.tool_call.id`]: "call_unDhCyd5vMDR3g7J",
      [`${parts}.2.tool_call.function.name`]: "get_weather",
      [`${parts}.2.tool_call.function.arguments`]: '{"city":"Paris"}',
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_unDhCyd5vMDR3g7J",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"city":"Paris"}',
      "llm.finish_reason": "completed",
      ...USAGE,
    });
  });

  test("reads a conversation of items: images, reasoning, calls and their outputs", () => {
    const request = {
      model: "gpt-5",
      input: [
        { role: "developer", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "input_text", text: "What is this?" },
            { type: "input_image", image_url: "https://example.com/cat.png", detail: "auto" },
          ],
        },
        { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" },
        { type: "function_call", call_id: "call_1", name: "look", arguments: '{"x":1}' },
        { type: "function_call_output", call_id: "call_1", output: '"a cat"' },
        {
          type: "message",
          id: "msg_1",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: "A cat.", annotations: [] }],
        },
      ],
    } satisfies OpenAI.Responses.ResponseCreateParamsNonStreaming;
    const user = "llm.input_messages.1.message.contents";
    const made = "llm.input_messages.2.message";
    expect(readLlmCall([request]).request()).toEqual({
      "llm.model_name": "gpt-5",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters": '{"model":"gpt-5"}',
      "llm.input_messages.0.message.role": "developer",
      "llm.input_messages.0.message.content": "Be brief.",
      "llm.input_messages.1.message.role": "user",
      [`${user}.0.message_content.type`]: "text",
      [`${user}.0.message_content.text`]: "What is this?",
      [`${user}.1.message_content.type`]: "image",
      [`${user}.1.message_content.image.image.url`]: "https://example.com/cat.png",
      [`${made}.role`]: "assistant",
      [`${made}.contents.0.message_content.type`]: "reasoning",
      [`${made}.contents.0.message_content.id`]: "rs_1",
      [`${made}.contents.0.message_content.encrypted_content`]: "gAAA",
      [`${made}.contents.1.message_content.type`]: "tool_use",
      [`${made}.contents.1.tool_call.id`]: "call_1",
      [`${made}.contents.1.tool_call.function.name`]: "look",
      [`${made}.contents.1.tool_call.function.arguments`]: '{"x":1}',
      [`${made}.tool_calls.0.tool_call.id`]: "call_1",
      [`${made}.tool_calls.0.tool_call.function.name`]: "look",
      [`${made}.tool_calls.0.tool_call.function.arguments`]: '{"x":1}',
      "llm.input_messages.3.message.role": "tool",
      "llm.input_messages.3.message.tool_call_id": "call_1",
      "llm.input_messages.3.message.content": '"a cat"',
      "llm.input_messages.4.message.role": "assistant",
      "llm.input_messages.4.message.content": "A cat.",
    });
  });

  test("reads refusals with the reason the answer is incomplete, and generated images", async () => {
    server.reply(recordings.refusal, recordings.image);
    const request = { model: "gpt-5", input: "Do harm." };
    const part = "llm.output_messages.0.message.contents.0.message_content";
    expect(readWhole(request, await openai.responses.create(request))).toMatchObject({
      [`${part}.type`]: "refusal",
      [`${part}.text`]: "I can't help with that.",
      "llm.finish_reason": "content_filter",
    });
    expect(readWhole(request, await openai.responses.create(request))).toMatchObject({
      [`${part}.type`]: "image",
      [`${part}.image.image.url`]: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==",
    });
  });

  test("writes no credential of an MCP server", () => {
    const requestAttributes = readRequest([
      {
        model: "gpt-5",
        input: "?",
        tools: [
          {
            type: "mcp",
            server_label: "wiki",
            server_url: "https://mcp.example.com",
            authorization: "secret-1",
            headers: { "x-key": "secret-2" },
          },
        ],
      },
    ]);
    expect(requestAttributes).toMatchObject({
      "llm.tools.0.tool.name": "wiki",
      "llm.tools.0.tool.json_schema":
        '{"type":"mcp","server_label":"wiki","server_url":"https://mcp.example.com"}',
    });
    expect(JSON.stringify(requestAttributes)).not.toContain("secret");
  });

  test("does not take a request for embeddings for one", () => {
    expect(readLlmCall([{ model: "text-embedding-3-small", input: ["a", "b"] }]).request()).toEqual({});
  });
});

describe("OpenAI Responses, streamed", () => {
  test("takes the whole response of the last event", async () => {
    server.reply(recordings.streamedText);
    const request = { model: "gpt-5", input: "Weather in Paris?", stream: true as const };
    const { attributes, text, chunks } = await readStream(request, await openai.responses.create(request));
    expect(chunks).toBe(10);
    expect(text).toBe("Looking it up.");
    expect(attributes).toEqual({
      ...MODEL,
      "llm.invocation_parameters": '{"model":"gpt-5","stream":true}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Weather in Paris?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Looking it up.",
      "llm.finish_reason": "completed",
      ...USAGE,
    });
  });

  test("reads reasoning and tool calls", async () => {
    server.reply(recordings.streamedReasoningAndToolCall);
    const request = { model: "gpt-5", input: "Weather?", tools: [weatherTool], stream: true as const };
    const { attributes } = await readStream(request, await openai.responses.create(request));
    expect(attributes).toMatchObject({
      "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
      "llm.output_messages.0.message.contents.0.message_content.text": "The user asks for the weather.",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_unDhCyd5vMDR3g7J",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"city":"Paris"}',
      ...USAGE,
    });
  });

  test("tells what came of a stream that was left early, from its deltas", async () => {
    server.reply(recordings.streamedText, recordings.streamedReasoningAndToolCall);
    const request = { model: "gpt-5", input: "Weather?", stream: true as const };
    const folded = readLlmCall([request]).createAnswer();
    for await (const event of await openai.responses.create(request)) {
      folded.add(event);
      if (event.type === "response.output_text.delta") break;
    }
    expect(folded.text()).toBe("Looking ");
    expect(folded.attributes()).toMatchObject({
      "llm.model_name": "gpt-5-2025-08-07",
      "llm.output_messages.0.message.content": "Looking ",
    });

    const tools = readLlmCall([request]).createAnswer();
    for await (const event of await openai.responses.create(request)) {
      tools.add(event);
      if (event.type === "response.function_call_arguments.delta") break;
    }
    expect(tools.attributes()).toMatchObject({
      "llm.output_messages.0.message.contents.0.message_content.text": "The user asks for the weather.",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"city":',
    });
  });

  test("folds the SDK's stream helper, and reads its final response", async () => {
    server.reply(recordings.streamedText);
    const request = { model: "gpt-5", input: "Weather in Paris?" };
    const stream = openai.responses.stream(request);
    const { attributes } = await readStream(request, stream);
    expect(attributes).toMatchObject({ "llm.output_messages.0.message.content": "Looking it up.", ...USAGE });
    expect(readWhole(request, await stream.finalResponse())).toMatchObject({
      "llm.output_messages.0.message.content": "Looking it up.",
      ...USAGE,
    });
  });
});

test("tells items without an index apart by their ids", async () => {
  async function* events(): AsyncGenerator<object> {
    await Promise.resolve();
    for (const [id, name] of [
      ["i1", "forecast"],
      ["i2", "tide"],
    ] as const) {
      const item = { id, type: "function_call", call_id: `c-${id}`, name, arguments: "" };
      yield { type: "response.output_item.added", item };
    }
    yield { type: "response.function_call_arguments.delta", item_id: "i2", delta: '{"at":"Ystad"}' };
    yield { type: "response.function_call_arguments.delta", item_id: "i1", delta: '{"in":"Visby"}' };
  }
  const read = await readStream({ model: "gpt-5", input: "hi" }, events());
  expect(read.output).toEqual([
    { id: "c-i1", name: "forecast", arguments: { in: "Visby" } },
    { id: "c-i2", name: "tide", arguments: { at: "Ystad" } },
  ]);
});
