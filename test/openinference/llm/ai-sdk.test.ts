import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import {
  generateObject,
  generateText,
  jsonSchema,
  stepCountIs,
  streamText,
  tool,
  type ModelMessage,
} from "ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import * as anthropicRecordings from "../../support/llm-recordings/anthropic.ts";
import * as chatRecordings from "../../support/llm-recordings/openai-chat.ts";
import * as responsesRecordings from "../../support/llm-recordings/openai-responses.ts";
import { readLlmCall, readRequest, readStream, readWhole } from "./read-call.ts";

let server: LlmServer;
let openai: ReturnType<typeof createOpenAI>;
let anthropic: ReturnType<typeof createAnthropic>;

beforeAll(async () => {
  server = await startLlmServer();
  openai = createOpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
  anthropic = createAnthropic({ apiKey: "sk-ant-test", baseURL: `${server.url}/v1` });
});
afterAll(() => server.close());

const weather = tool({
  description: "Weather of a city",
  inputSchema: jsonSchema<{ city: string }>({
    type: "object",
    properties: { city: { type: "string" } },
  }),
  execute: ({ city }) => ({ city, celsius: 21 }),
});

const WEATHER_TOOL = {
  "llm.tools.0.tool.name": "get_weather",
  "llm.tools.0.tool.description": "Weather of a city",
  "llm.tools.0.tool.json_schema":
    '{"type":"function","function":{"name":"get_weather","description":"Weather of a city","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}',
};

describe("AI SDK generateText", () => {
  test("reads a prompt with its system text, and a text answer", async () => {
    server.reply(chatRecordings.text);
    const request = {
      model: openai.chat("gpt-4o"),
      system: "Be brief.",
      prompt: "Capital of France?",
      temperature: 0.2,
      headers: { "x-secret": "s" },
      abortSignal: new AbortController().signal,
    };
    expect(readWhole(request, await generateText(request))).toEqual({
      "llm.model_name": "gpt-4o-2024-08-06",
      "llm.request.model_name": "gpt-4o",
      "llm.response.model_name": "gpt-4o-2024-08-06",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters": '{"model":"gpt-4o","temperature":0.2}',
      "llm.input_messages.0.message.role": "system",
      "llm.input_messages.0.message.content": "Be brief.",
      "llm.input_messages.1.message.role": "user",
      "llm.input_messages.1.message.content": "Capital of France?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Paris.",
      "llm.finish_reason": "stop",
      "llm.token_count.prompt": 1117,
      "llm.token_count.completion": 46,
      "llm.token_count.total": 1163,
      "llm.token_count.prompt_details.cache_read": 1024,
      "llm.token_count.completion_details.reasoning": 12,
    });
  });

  test("reads all steps of an agent: calls, the tools' results, the last answer, the tokens of all", async () => {
    server.reply(anthropicRecordings.thinkingAndToolUse, anthropicRecordings.text);
    const request = {
      model: anthropic("claude-opus-5"),
      prompt: "Weather in Paris?",
      tools: { get_weather: weather },
      stopWhen: stepCountIs(2),
    };
    const first = "llm.output_messages.0.message";
    expect(readWhole(request, await generateText(request))).toEqual({
      "llm.model_name": "claude-opus-4-8",
      "llm.request.model_name": "claude-opus-5",
      "llm.response.model_name": "claude-opus-4-8",
      "llm.provider": "anthropic",
      "llm.system": "anthropic",
      "llm.invocation_parameters": '{"model":"claude-opus-5"}',
      ...WEATHER_TOOL,
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Weather in Paris?",
      [`${first}.role`]: "assistant",
      [`${first}.contents.0.message_content.type`]: "reasoning",
      [`${first}.contents.0.message_content.text`]: "The user wants the weather.",
      [`${first}.contents.0.message_content.signature`]: "EqQBCgIYAhIM",
      [`${first}.contents.1.message_content.type`]: "reasoning",
      [`${first}.contents.1.message_content.text`]: "",
      [`${first}.contents.1.message_content.data`]: "EmwKAhgBEgy3",
      [`${first}.contents.2.message_content.type`]: "text",
      [`${first}.contents.2.message_content.text`]: "I'll check.",
      [`${first}.contents.3.message_content.type`]: "tool_use",
      [`${first}.contents.3.tool_call.id`]: "toolu_01D7FLrfh4GYq7yT1ULFeyMV",
      [`${first}.contents.3.tool_call.function.name`]: "get_weather",
      [`${first}.contents.3.tool_call.function.arguments`]: '{"city":"Paris"}',
      [`${first}.tool_calls.0.tool_call.id`]: "toolu_01D7FLrfh4GYq7yT1ULFeyMV",
      [`${first}.tool_calls.0.tool_call.function.name`]: "get_weather",
      [`${first}.tool_calls.0.tool_call.function.arguments`]: '{"city":"Paris"}',
      "llm.output_messages.1.message.role": "tool",
      "llm.output_messages.1.message.name": "get_weather",
      "llm.output_messages.1.message.tool_call_id": "toolu_01D7FLrfh4GYq7yT1ULFeyMV",
      "llm.output_messages.1.message.content": '{"city":"Paris","celsius":21}',
      "llm.output_messages.2.message.role": "assistant",
      "llm.output_messages.2.message.content": "Hello!",
      "llm.finish_reason": "stop",
      "llm.token_count.prompt": 4190,
      "llm.token_count.completion": 116,
      "llm.token_count.total": 4306,
      "llm.token_count.prompt_details.cache_read": 4096,
      "llm.token_count.prompt_details.cache_write": 60,
      "llm.token_count.completion_details.reasoning": 42,
    });
  });

  test("reads a conversation with images, files, calls and results", () => {
    const messages: ModelMessage[] = [
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image", image: new URL("https://example.com/cat.png") },
          { type: "image", image: Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) },
          { type: "file", data: "UklGRg==", mediaType: "audio/wav" },
          { type: "file", data: "JVBERi0=", mediaType: "application/pdf", filename: "a.pdf" },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Look." },
          { type: "text", text: "Looking." },
          { type: "tool-call", toolCallId: "call_1", toolName: "look", input: { x: 1 } },
        ],
      },
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: "call_1",
            toolName: "look",
            output: { type: "json", value: { animal: "cat" } },
          },
          {
            type: "tool-result",
            toolCallId: "call_2",
            toolName: "smell",
            output: { type: "text", value: "fish" },
          },
        ],
      },
    ];
    const user = "llm.input_messages.0.message.contents";
    const assistant = "llm.input_messages.1.message";
    expect(readLlmCall([{ model: openai("gpt-5"), messages }]).request()).toEqual({
      "llm.model_name": "gpt-5",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters": '{"model":"gpt-5"}',
      "llm.input_messages.0.message.role": "user",
      [`${user}.0.message_content.type`]: "text",
      [`${user}.0.message_content.text`]: "What is this?",
      [`${user}.1.message_content.type`]: "image",
      [`${user}.1.message_content.image.image.url`]: "https://example.com/cat.png",
      [`${user}.2.message_content.type`]: "image",
      [`${user}.2.message_content.image.image.url`]: "data:image/png;base64,iVBORw0KGgo=",
      [`${user}.3.message_content.type`]: "audio",
      [`${user}.3.message_content.audio.audio.url`]: "data:audio/wav;base64,UklGRg==",
      [`${user}.3.message_content.audio.audio.mime_type`]: "audio/wav",
      [`${user}.4.message_content.type`]: "file",
      [`${user}.4.message_content.text`]:
        '{"type":"file","data":"JVBERi0=","mediaType":"application/pdf","filename":"a.pdf"}',
      [`${assistant}.role`]: "assistant",
      [`${assistant}.contents.0.message_content.type`]: "reasoning",
      [`${assistant}.contents.0.message_content.text`]: "Look.",
      [`${assistant}.contents.1.message_content.type`]: "text",
      [`${assistant}.contents.1.message_content.text`]: "Looking.",
      [`${assistant}.contents.2.message_content.type`]: "tool_use",
      [`${assistant}.contents.2.tool_call.id`]: "call_1",
      [`${assistant}.contents.2.tool_call.function.name`]: "look",
      [`${assistant}.contents.2.tool_call.function.arguments`]: '{"x":1}',
      [`${assistant}.tool_calls.0.tool_call.id`]: "call_1",
      [`${assistant}.tool_calls.0.tool_call.function.name`]: "look",
      [`${assistant}.tool_calls.0.tool_call.function.arguments`]: '{"x":1}',
      "llm.input_messages.2.message.role": "tool",
      "llm.input_messages.2.message.name": "look",
      "llm.input_messages.2.message.tool_call_id": "call_1",
      "llm.input_messages.2.message.content": '{"animal":"cat"}',
      "llm.input_messages.3.message.role": "tool",
      "llm.input_messages.3.message.name": "smell",
      "llm.input_messages.3.message.tool_call_id": "call_2",
      "llm.input_messages.3.message.content": "fish",
    });
  });

  test("writes the JSON schema of tools and objects described with zod", async () => {
    const schema = z.object({ city: z.string() });
    const withTool = readLlmCall([
      { model: openai("gpt-5"), prompt: "?", tools: { find: tool({ inputSchema: schema }) } },
    ]);
    expect(withTool.request()["llm.tools.0.tool.json_schema"]).toContain(
      '"properties":{"city":{"type":"string"}}',
    );

    server.reply({
      json: {
        ...chatRecordings.text.json,
        choices: [
          { index: 0, message: { role: "assistant", content: '{"city":"Paris"}' }, finish_reason: "stop" },
        ],
      },
    });
    const request = { model: openai.chat("gpt-4o"), prompt: "Capital of France?", schema };
    const attributes = readWhole(request, await generateObject(request));
    expect(attributes["llm.output_messages.0.message.content"]).toBe('{"city":"Paris"}');
    expect(attributes["llm.invocation_parameters"]).toContain('"properties":{"city":{"type":"string"}}');
    expect(attributes["llm.token_count.total"]).toBe(1163);
  });

  test.each([
    ["azure.chat", "gpt-4o", "azure", "openai"],
    ["google.generative-ai", "gemini-2.5-pro", "google", undefined],
    ["google.vertex.chat", "gemini-2.5-pro", "google", "vertexai"],
    ["vertex.anthropic.messages", "claude-opus-5", "google", "anthropic"],
    ["amazon-bedrock", "anthropic.claude-opus-5-v1:0", "aws", "anthropic"],
    ["amazon-bedrock", "amazon.nova-pro-v1:0", "aws", "amazon"],
    ["mistral.chat", "mistral-large-latest", "mistralai", "mistralai"],
    ["groq.chat", "llama-3.3-70b-versatile", "groq", "meta"],
    ["togetherai.chat", "deepseek-ai/DeepSeek-V3", "together", "deepseek"],
    ["gateway", "openai/gpt-5", "gateway", "openai"],
  ])("knows %s %s by its provider", (provider, modelId, expectedProvider, expectedSystem) => {
    const requestAttributes = readRequest([{ model: { modelId, provider }, prompt: "?" }]);
    expect(requestAttributes["llm.model_name"]).toBe(modelId);
    expect(requestAttributes["llm.provider"]).toBe(expectedProvider);
    expect(requestAttributes["llm.system"]).toBe(expectedSystem);
  });

  test("reads results of the AI SDK 4", () => {
    expect(
      readLlmCall([]).response({
        text: "Paris.",
        reasoning: "France.",
        toolCalls: [{ type: "tool-call", toolCallId: "c1", toolName: "look", args: { x: 1 } }],
        finishReason: "stop",
        usage: { promptTokens: 7, completionTokens: 2, totalTokens: 9 },
        response: { modelId: "gpt-4o" },
      }),
    ).toMatchObject({
      "llm.model_name": "gpt-4o",
      "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
      "llm.output_messages.0.message.contents.1.message_content.text": "Paris.",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"x":1}',
      "llm.token_count.prompt": 7,
      "llm.token_count.completion": 2,
      "llm.token_count.total": 9,
    });
  });
});

describe("AI SDK streamText", () => {
  test("folds fullStream: text, model, usage", async () => {
    server.reply(chatRecordings.streamedText);
    const request = { model: openai.chat("gpt-4o-mini"), prompt: "Hello?" };
    const { attributes, text } = await readStream(request, streamText(request).fullStream);
    expect(text).toBe("Hello world");
    expect(attributes).toEqual({
      "llm.model_name": "gpt-4o-mini-2024-07-18",
      "llm.request.model_name": "gpt-4o-mini",
      "llm.response.model_name": "gpt-4o-mini-2024-07-18",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters": '{"model":"gpt-4o-mini"}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Hello?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Hello world",
      "llm.finish_reason": "stop",
      "llm.token_count.prompt": 1117,
      "llm.token_count.completion": 46,
      "llm.token_count.total": 1163,
      "llm.token_count.prompt_details.cache_read": 1024,
      "llm.token_count.completion_details.reasoning": 12,
    });
  });

  test("folds thinking, calls, results and steps", async () => {
    server.reply(anthropicRecordings.streamedThinkingAndToolUse, anthropicRecordings.streamedText);
    const request = {
      model: anthropic("claude-opus-5"),
      prompt: "Weather in Paris?",
      tools: { get_weather: weather },
      stopWhen: stepCountIs(2),
    };
    const { attributes, text } = await readStream(request, streamText(request).fullStream);
    expect(text).toBe("Hello!");
    expect(attributes).toMatchObject({
      "llm.model_name": "claude-opus-4-8",
      "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
      "llm.output_messages.0.message.contents.0.message_content.text": "The user wants the weather.",
      "llm.output_messages.0.message.contents.0.message_content.signature": "EqQBCgIYAhIM",
      "llm.output_messages.0.message.contents.1.message_content.text": "I'll check.",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"city":"Paris"}',
      "llm.output_messages.1.message.role": "tool",
      "llm.output_messages.1.message.content": '{"city":"Paris","celsius":21}',
      "llm.output_messages.2.message.role": "assistant",
      "llm.output_messages.2.message.content": "Hello!",
      "llm.finish_reason": "stop",
      "llm.token_count.prompt": 4190,
      "llm.token_count.completion": 73,
      "llm.token_count.prompt_details.cache_read": 4096,
    });
  });

  test("folds textStream, whose chunks are only text", async () => {
    server.reply(responsesRecordings.streamedText);
    const request = { model: openai("gpt-5"), prompt: "Weather?" };
    const { attributes, text } = await readStream(request, streamText(request).textStream);
    expect(text).toBe("Looking it up.");
    expect(attributes).toEqual({
      "llm.model_name": "gpt-5",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters": '{"model":"gpt-5"}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Weather?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Looking it up.",
    });
  });

  test("folds the chunks of a UI message stream", async () => {
    server.reply(anthropicRecordings.streamedThinkingAndToolUse);
    const request = {
      model: anthropic("claude-opus-5"),
      prompt: "Weather in Paris?",
      tools: { get_weather: weather },
    };
    const { attributes, text } = await readStream(request, streamText(request).toUIMessageStream());
    expect(text).toBe("I'll check.");
    expect(attributes).toMatchObject({
      "llm.output_messages.0.message.contents.0.message_content.text": "The user wants the weather.",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"city":"Paris"}',
      "llm.output_messages.1.message.content": '{"city":"Paris","celsius":21}',
    });
  });

  test("does not start a stream that nobody reads", async () => {
    const asked = server.requests.length;
    const request = { model: openai.chat("gpt-4o-mini"), prompt: "Hello?" };
    server.reply(chatRecordings.streamedText);
    const result = streamText(request);
    const touched: PropertyKey[] = [];
    const watched = new Proxy(result, {
      get(target, key) {
        touched.push(key);
        return Reflect.get(target, key, target);
      },
    });
    expect(readLlmCall([request]).response(watched)).toBeUndefined();
    expect(touched).toEqual([]);
    expect(await result.text).toBe("Hello world");
    expect(server.requests.length).toBe(asked + 1);
  });
});
