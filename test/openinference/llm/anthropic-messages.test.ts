import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import * as recordings from "../../support/llm-recordings/anthropic.ts";
import { readLlmCall, readRequest, readStream, readWhole } from "./read-call.ts";

let server: LlmServer;
let anthropic: Anthropic;

beforeAll(async () => {
  server = await startLlmServer();
  anthropic = new Anthropic({ apiKey: "sk-ant-test", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const MODEL = {
  "llm.model_name": "claude-opus-4-8",
  "llm.request.model_name": "claude-opus-5",
  "llm.response.model_name": "claude-opus-4-8",
  "llm.provider": "anthropic",
  "llm.system": "anthropic",
};

/** 17 tokens neither read from nor written to the cache, 2,048 read, 30 written. */
const USAGE = {
  "llm.token_count.prompt": 2095,
  "llm.token_count.completion": 58,
  "llm.token_count.total": 2153,
  "llm.token_count.prompt_details.cache_read": 2048,
  "llm.token_count.prompt_details.cache_write": 30,
  "llm.token_count.completion_details.reasoning": 21,
};

const weatherTool = {
  name: "get_weather",
  description: "Weather of a city",
  input_schema: { type: "object", properties: { city: { type: "string" } } },
} satisfies Anthropic.Tool;

const WEATHER_TOOL = {
  "llm.tools.0.tool.name": "get_weather",
  "llm.tools.0.tool.description": "Weather of a city",
  "llm.tools.0.tool.json_schema":
    '{"name":"get_weather","description":"Weather of a city","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}',
};

describe("Anthropic Messages, whole", () => {
  test("reads a text answer; the prompt's tokens include the cached ones", async () => {
    server.reply(recordings.text);
    const request = {
      model: "claude-opus-5",
      max_tokens: 1024,
      system: "Be brief.",
      stop_sequences: ["END"],
      messages: [{ role: "user", content: "Hello?" }],
    } satisfies Anthropic.MessageCreateParamsNonStreaming;
    expect(readWhole(request, await anthropic.messages.create(request))).toEqual({
      ...MODEL,
      "llm.invocation_parameters": '{"model":"claude-opus-5","max_tokens":1024,"stop_sequences":["END"]}',
      "llm.input_messages.0.message.role": "system",
      "llm.input_messages.0.message.content": "Be brief.",
      "llm.input_messages.1.message.role": "user",
      "llm.input_messages.1.message.content": "Hello?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Hello!",
      "llm.finish_reason": "end_turn",
      ...USAGE,
    });
  });

  test("reads thinking, redacted thinking, text and tool use in their order", async () => {
    server.reply(recordings.thinkingAndToolUse);
    const request = {
      model: "claude-opus-5",
      max_tokens: 4096,
      thinking: { type: "enabled", budget_tokens: 2048 },
      messages: [{ role: "user", content: "Weather in Paris?" }],
      tools: [weatherTool],
    } satisfies Anthropic.MessageCreateParamsNonStreaming;
    const message = "llm.output_messages.0.message";
    expect(readWhole(request, await anthropic.messages.create(request))).toEqual({
      ...MODEL,
      ...WEATHER_TOOL,
      "llm.invocation_parameters":
        '{"model":"claude-opus-5","max_tokens":4096,"thinking":{"type":"enabled","budget_tokens":2048}}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Weather in Paris?",
      [`${message}.role`]: "assistant",
      [`${message}.contents.0.message_content.type`]: "reasoning",
      [`${message}.contents.0.message_content.text`]: "The user wants the weather.",
      [`${message}.contents.0.message_content.signature`]: "EqQBCgIYAhIM",
      [`${message}.contents.1.message_content.type`]: "reasoning",
      [`${message}.contents.1.message_content.data`]: "EmwKAhgBEgy3",
      [`${message}.contents.2.message_content.type`]: "text",
      [`${message}.contents.2.message_content.text`]: "I'll check.",
      [`${message}.contents.3.message_content.type`]: "tool_use",
      [`${message}.contents.3.tool_call.id`]: "toolu_01D7FLrfh4GYq7yT1ULFeyMV",
      [`${message}.contents.3.tool_call.function.name`]: "get_weather",
      [`${message}.contents.3.tool_call.function.arguments`]: '{"city":"Paris"}',
      [`${message}.tool_calls.0.tool_call.id`]: "toolu_01D7FLrfh4GYq7yT1ULFeyMV",
      [`${message}.tool_calls.0.tool_call.function.name`]: "get_weather",
      [`${message}.tool_calls.0.tool_call.function.arguments`]: '{"city":"Paris"}',
      "llm.finish_reason": "tool_use",
      ...USAGE,
    });
  });

  test("reads a conversation: system blocks, images, tool results as messages of the tool", () => {
    const request = {
      model: "claude-opus-5",
      max_tokens: 10,
      system: [
        { type: "text", text: "Be brief.", cache_control: { type: "ephemeral" } },
        { type: "text", text: "Be kind." },
      ],
      messages: [
        {
          role: "user",
          content: [
            { type: "image", source: { type: "url", url: "https://example.com/cat.png" } },
            { type: "image", source: { type: "base64", media_type: "image/jpeg", data: "/9j/4AAQ" } },
            { type: "text", text: "What is this?" },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Looking." },
            { type: "tool_use", id: "toolu_1", name: "look", input: { x: 1 } },
            { type: "tool_use", id: "toolu_2", name: "smell", input: {} },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "toolu_1", content: "a cat" },
            {
              type: "tool_result",
              tool_use_id: "toolu_2",
              content: [{ type: "text", text: "nothing" }],
              is_error: true,
            },
            { type: "text", text: "So?" },
          ],
        },
      ],
    } satisfies Anthropic.MessageCreateParamsNonStreaming;
    const system = "llm.input_messages.0.message.contents";
    const user = "llm.input_messages.1.message.contents";
    const assistant = "llm.input_messages.2.message";
    expect(readLlmCall([request]).request()).toEqual({
      "llm.model_name": "claude-opus-5",
      "llm.provider": "anthropic",
      "llm.system": "anthropic",
      "llm.invocation_parameters": '{"model":"claude-opus-5","max_tokens":10}',
      "llm.input_messages.0.message.role": "system",
      [`${system}.0.message_content.type`]: "text",
      [`${system}.0.message_content.text`]: "Be brief.",
      [`${system}.1.message_content.type`]: "text",
      [`${system}.1.message_content.text`]: "Be kind.",
      "llm.input_messages.1.message.role": "user",
      [`${user}.0.message_content.type`]: "image",
      [`${user}.0.message_content.image.image.url`]: "https://example.com/cat.png",
      [`${user}.1.message_content.type`]: "image",
      [`${user}.1.message_content.image.image.url`]: "data:image/jpeg;base64,/9j/4AAQ",
      [`${user}.2.message_content.type`]: "text",
      [`${user}.2.message_content.text`]: "What is this?",
      [`${assistant}.role`]: "assistant",
      [`${assistant}.content`]: "Looking.",
      [`${assistant}.tool_calls.0.tool_call.id`]: "toolu_1",
      [`${assistant}.tool_calls.0.tool_call.function.name`]: "look",
      [`${assistant}.tool_calls.0.tool_call.function.arguments`]: '{"x":1}',
      [`${assistant}.tool_calls.1.tool_call.id`]: "toolu_2",
      [`${assistant}.tool_calls.1.tool_call.function.name`]: "smell",
      [`${assistant}.tool_calls.1.tool_call.function.arguments`]: "{}",
      "llm.input_messages.3.message.role": "tool",
      "llm.input_messages.3.message.tool_call_id": "toolu_1",
      "llm.input_messages.3.message.content": "a cat",
      "llm.input_messages.4.message.role": "tool",
      "llm.input_messages.4.message.tool_call_id": "toolu_2",
      "llm.input_messages.4.message.content": "nothing",
      "llm.input_messages.5.message.role": "user",
      "llm.input_messages.5.message.content": "So?",
    });
  });

  test("writes no token of an MCP server", () => {
    const requestAttributes = readRequest([
      {
        model: "claude-opus-5",
        max_tokens: 10,
        messages: [{ role: "user", content: "?" }],
        mcp_servers: [
          { type: "url", url: "https://mcp.example.com", name: "m", authorization_token: "secret" },
        ],
      },
    ]);
    expect(requestAttributes["llm.invocation_parameters"]).toBe(
      '{"model":"claude-opus-5","max_tokens":10,"mcp_servers":[{"type":"url","url":"https://mcp.example.com","name":"m"}]}',
    );
  });
});

describe("Anthropic Messages, streamed", () => {
  test("folds text; usage comes in two events", async () => {
    server.reply(recordings.streamedText);
    const request = {
      model: "claude-opus-5",
      max_tokens: 1024,
      messages: [{ role: "user", content: "Hello?" }],
      stream: true,
    } satisfies Anthropic.MessageCreateParamsStreaming;
    const { attributes, text, chunks } = await readStream(request, await anthropic.messages.create(request));
    expect(chunks).toBe(7);
    expect(text).toBe("Hello!");
    expect(attributes).toEqual({
      ...MODEL,
      "llm.invocation_parameters": '{"model":"claude-opus-5","max_tokens":1024,"stream":true}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Hello?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Hello!",
      "llm.finish_reason": "end_turn",
      "llm.token_count.prompt": 2095,
      "llm.token_count.completion": 15,
      "llm.token_count.total": 2110,
      "llm.token_count.prompt_details.cache_read": 2048,
      "llm.token_count.prompt_details.cache_write": 30,
    });
  });

  test("folds thinking with its signature and tool input from its fragments", async () => {
    server.reply(recordings.streamedThinkingAndToolUse);
    const request = {
      model: "claude-opus-5",
      max_tokens: 4096,
      thinking: { type: "enabled", budget_tokens: 2048 },
      messages: [{ role: "user", content: "Weather in Paris?" }],
      tools: [weatherTool],
      stream: true,
    } satisfies Anthropic.MessageCreateParamsStreaming;
    const message = "llm.output_messages.0.message";
    const { attributes, text } = await readStream(request, await anthropic.messages.create(request));
    expect(text).toBe("I'll check.");
    expect(attributes).toEqual({
      ...MODEL,
      ...WEATHER_TOOL,
      "llm.invocation_parameters":
        '{"model":"claude-opus-5","max_tokens":4096,"thinking":{"type":"enabled","budget_tokens":2048},"stream":true}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Weather in Paris?",
      [`${message}.role`]: "assistant",
      [`${message}.contents.0.message_content.type`]: "reasoning",
      [`${message}.contents.0.message_content.text`]: "The user wants the weather.",
      [`${message}.contents.0.message_content.signature`]: "EqQBCgIYAhIM",
      [`${message}.contents.1.message_content.type`]: "text",
      [`${message}.contents.1.message_content.text`]: "I'll check.",
      [`${message}.contents.2.message_content.type`]: "tool_use",
      [`${message}.contents.2.tool_call.id`]: "toolu_01T1x1fJ34qAmk2tNTrN7Up6",
      [`${message}.contents.2.tool_call.function.name`]: "get_weather",
      [`${message}.contents.2.tool_call.function.arguments`]: '{"city": "Paris"}',
      [`${message}.tool_calls.0.tool_call.id`]: "toolu_01T1x1fJ34qAmk2tNTrN7Up6",
      [`${message}.tool_calls.0.tool_call.function.name`]: "get_weather",
      [`${message}.tool_calls.0.tool_call.function.arguments`]: '{"city": "Paris"}',
      "llm.finish_reason": "tool_use",
      ...USAGE,
    });
  });

  test("folds the SDK's stream helper, and reads its final message", async () => {
    server.reply(recordings.streamedText);
    const request = {
      model: "claude-opus-5",
      max_tokens: 1024,
      messages: [{ role: "user" as const, content: "Hello?" }],
    };
    const stream = anthropic.messages.stream(request);
    const { attributes } = await readStream(request, stream);
    expect(attributes).toMatchObject({ "llm.output_messages.0.message.content": "Hello!" });
    expect(readWhole(request, await stream.finalMessage())).toMatchObject({
      "llm.output_messages.0.message.content": "Hello!",
      "llm.token_count.total": 2110,
    });
  });

  test("tells what came of a stream that was left early", async () => {
    server.reply(recordings.streamedThinkingAndToolUse);
    const request = {
      model: "claude-opus-5",
      max_tokens: 1024,
      messages: [{ role: "user" as const, content: "Hello?" }],
      stream: true as const,
    };
    const folded = readLlmCall([request]).createAnswer();
    for await (const event of await anthropic.messages.create(request)) {
      folded.add(event);
      if (event.type === "content_block_delta" && event.delta.type === "thinking_delta") break;
    }
    expect(folded.text()).toBeUndefined();
    expect(folded.attributes()).toMatchObject({
      "llm.output_messages.0.message.contents.0.message_content.text": "The user wants ",
      "llm.token_count.prompt": 2095,
    });
  });
});
