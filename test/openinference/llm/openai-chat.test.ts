import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import * as recordings from "../../support/llm-recordings/openai-chat.ts";
import { readLlmCall, readRequest, readStream, readWhole } from "./read-call.ts";

let server: LlmServer;
let openai: OpenAI;

beforeAll(async () => {
  server = await startLlmServer();
  openai = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1`, maxRetries: 0 });
});
afterAll(() => server.close());

const weatherTool = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
} satisfies OpenAI.ChatCompletionTool;

const WEATHER_TOOL = {
  "llm.tools.0.tool.name": "get_weather",
  "llm.tools.0.tool.description": "Weather of a city",
  "llm.tools.0.tool.json_schema":
    '{"type":"function","function":{"name":"get_weather","description":"Weather of a city","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}',
};

const FULL_USAGE = {
  "llm.token_count.prompt": 1117,
  "llm.token_count.completion": 46,
  "llm.token_count.total": 1163,
  "llm.token_count.prompt_details.cache_read": 1024,
  "llm.token_count.prompt_details.audio": 0,
  "llm.token_count.completion_details.reasoning": 12,
  "llm.token_count.completion_details.audio": 0,
};

describe("OpenAI Chat Completions, whole", () => {
  test("reads a text answer with its parameters, cached and reasoning tokens", async () => {
    server.reply(recordings.text);
    const request = {
      model: "gpt-4o",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Capital of France?", name: "ada" },
      ],
      temperature: 0.2,
      response_format: { type: "json_object" },
    } satisfies OpenAI.ChatCompletionCreateParamsNonStreaming;
    expect(readWhole(request, await openai.chat.completions.create(request))).toEqual({
      "llm.model_name": "gpt-4o-2024-08-06",
      "llm.request.model_name": "gpt-4o",
      "llm.response.model_name": "gpt-4o-2024-08-06",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters":
        '{"model":"gpt-4o","temperature":0.2,"response_format":{"type":"json_object"}}',
      "llm.input_messages.0.message.role": "system",
      "llm.input_messages.0.message.content": "Be brief.",
      "llm.input_messages.1.message.role": "user",
      "llm.input_messages.1.message.name": "ada",
      "llm.input_messages.1.message.content": "Capital of France?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Paris.",
      "llm.finish_reason": "stop",
      ...FULL_USAGE,
    });
  });

  test("reads tools, function calls and custom calls", async () => {
    server.reply(recordings.toolCalls);
    const request = {
      model: "gpt-4o-2024-08-06",
      messages: [{ role: "user", content: "Weather in Paris?" }],
      tools: [weatherTool, { type: "custom", custom: { name: "note", description: "Takes a note" } }],
      tool_choice: "auto",
    } satisfies OpenAI.ChatCompletionCreateParamsNonStreaming;
    expect(readWhole(request, await openai.chat.completions.create(request))).toEqual({
      "llm.model_name": "gpt-4o-2024-08-06",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters": '{"model":"gpt-4o-2024-08-06","tool_choice":"auto"}',
      ...WEATHER_TOOL,
      "llm.tools.1.tool.name": "note",
      "llm.tools.1.tool.description": "Takes a note",
      "llm.tools.1.tool.json_schema":
        '{"type":"custom","custom":{"name":"note","description":"Takes a note"}}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Weather in Paris?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_abc123",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"city":"Paris"}',
      "llm.output_messages.0.message.tool_calls.1.tool_call.id": "call_abc124",
      "llm.output_messages.0.message.tool_calls.1.tool_call.function.name": "note",
      "llm.output_messages.0.message.tool_calls.1.tool_call.function.arguments": "bring an umbrella",
      "llm.finish_reason": "tool_calls",
      ...FULL_USAGE,
    });
  });

  test("reads a conversation with tool results, images, audio and files", () => {
    const request = {
      model: "gpt-4o",
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "https://example.com/cat.png", detail: "low" } },
            { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
            { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } },
            { type: "file", file: { file_id: "file-1", filename: "a.pdf" } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "call_1", type: "function", function: { name: "look", arguments: '{"x":1}' } }],
        },
        { role: "tool", tool_call_id: "call_1", content: [{ type: "text", text: "a cat" }] },
        { role: "assistant", content: "A cat.", refusal: null },
        { role: "developer", content: "Go on." },
      ],
    } satisfies OpenAI.ChatCompletionCreateParamsNonStreaming;
    const user = "llm.input_messages.0.message.contents";
    expect(readLlmCall([request]).request()).toEqual({
      "llm.model_name": "gpt-4o",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters": '{"model":"gpt-4o"}',
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
      [`${user}.4.message_content.text`]: '{"file_id":"file-1","filename":"a.pdf"}',
      "llm.input_messages.1.message.role": "assistant",
      "llm.input_messages.1.message.tool_calls.0.tool_call.id": "call_1",
      "llm.input_messages.1.message.tool_calls.0.tool_call.function.name": "look",
      "llm.input_messages.1.message.tool_calls.0.tool_call.function.arguments": '{"x":1}',
      "llm.input_messages.2.message.role": "tool",
      "llm.input_messages.2.message.tool_call_id": "call_1",
      "llm.input_messages.2.message.content": "a cat",
      "llm.input_messages.3.message.role": "assistant",
      "llm.input_messages.3.message.content": "A cat.",
      "llm.input_messages.4.message.role": "developer",
      "llm.input_messages.4.message.content": "Go on.",
    });
  });

  test("reads every choice of an answer", async () => {
    server.reply(recordings.twoChoices);
    const request = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Flip." }], n: 2 };
    expect(readWhole(request, await openai.chat.completions.create(request))).toMatchObject({
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Heads.",
      "llm.output_messages.1.message.role": "assistant",
      "llm.output_messages.1.message.content": "Tails.",
      "llm.finish_reason": "stop",
      "llm.token_count.total": 13,
    });
  });

  test("reads a refusal", async () => {
    server.reply(recordings.refusal);
    const request = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Do harm." }] };
    const attributes = readWhole(request, await openai.chat.completions.create(request));
    expect(attributes).toMatchObject({
      "llm.output_messages.0.message.contents.0.message_content.type": "refusal",
      "llm.output_messages.0.message.contents.0.message_content.text": "I can't help with that.",
    });
    expect(attributes).not.toHaveProperty("llm.token_count.total");
  });

  test("reads spoken answers with their transcript and audio tokens", async () => {
    server.reply(recordings.audio);
    const request = {
      model: "gpt-4o-audio-preview",
      modalities: ["text", "audio"],
      audio: { voice: "alloy", format: "wav" },
      messages: [{ role: "user", content: "Say hello." }],
    } satisfies OpenAI.ChatCompletionCreateParamsNonStreaming;
    const part = "llm.output_messages.0.message.contents.0.message_content";
    expect(readWhole(request, await openai.chat.completions.create(request))).toMatchObject({
      [`${part}.type`]: "audio",
      [`${part}.id`]: "audio_6829c1",
      [`${part}.audio.audio.url`]: "data:audio/wav;base64,UklGRiQAAABXQVZFZm10IA==",
      [`${part}.audio.audio.mime_type`]: "audio/wav",
      [`${part}.audio.audio.transcript`]: "Hello there.",
      "llm.token_count.prompt_details.audio": 25,
      "llm.token_count.completion_details.audio": 45,
    });
  });

  test("reads legacy functions and function calls as tools and tool calls", () => {
    const call = readLlmCall([
      { model: "gpt-4", messages: [{ role: "user", content: "?" }], functions: [weatherTool.function] },
    ]);
    expect(call.request()).toMatchObject(WEATHER_TOOL);
    expect(
      call.response({
        choices: [
          {
            message: {
              role: "assistant",
              content: null,
              function_call: { name: "get_weather", arguments: "{}" },
            },
            finish_reason: "function_call",
          },
        ],
      }),
    ).toMatchObject({
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": "{}",
      "llm.finish_reason": "function_call",
    });
  });

  test("reads parse() and withResponse() of the SDK", async () => {
    server.reply(recordings.text, recordings.text);
    const request = { model: "gpt-4o", messages: [{ role: "user" as const, content: "?" }] };
    const answer = { "llm.output_messages.0.message.content": "Paris.", "llm.token_count.total": 1163 };
    expect(readWhole(request, await openai.chat.completions.parse(request))).toMatchObject(answer);
    expect(readWhole(request, await openai.chat.completions.create(request).withResponse())).toMatchObject(
      answer,
    );
  });

  test("leaves the promise of a call alone", async () => {
    const asked = server.requests.length;
    server.reply(recordings.text);
    const request = { model: "gpt-4o", messages: [{ role: "user" as const, content: "?" }] };
    const promise = openai.chat.completions.create(request);
    expect(readLlmCall([request]).response(promise)).toBeUndefined();
    expect((await promise).choices[0]?.message.content).toBe("Paris.");
    expect(server.requests.length).toBe(asked + 1);
  });
});

describe("OpenAI Chat Completions, streamed", () => {
  test("folds text and the usage of the last chunk", async () => {
    server.reply(recordings.streamedText);
    const request = {
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "Hello?" }],
      stream: true,
      stream_options: { include_usage: true },
    } satisfies OpenAI.ChatCompletionCreateParamsStreaming;
    const { attributes, text, chunks } = await readStream(
      request,
      await openai.chat.completions.create(request),
    );
    expect(chunks).toBe(6);
    expect(text).toBe("Hello world");
    expect(attributes).toEqual({
      "llm.model_name": "gpt-4o-mini-2024-07-18",
      "llm.request.model_name": "gpt-4o-mini",
      "llm.response.model_name": "gpt-4o-mini-2024-07-18",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters":
        '{"model":"gpt-4o-mini","stream":true,"stream_options":{"include_usage":true}}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Hello?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "Hello world",
      "llm.finish_reason": "stop",
      ...FULL_USAGE,
    });
  });

  test("folds parallel tool calls from their fragments", async () => {
    server.reply(recordings.streamedToolCalls);
    const request = {
      model: "gpt-4o-mini-2024-07-18",
      messages: [{ role: "user", content: "Weather in Paris and Rome?" }],
      tools: [weatherTool],
      stream: true,
    } satisfies OpenAI.ChatCompletionCreateParamsStreaming;
    const { attributes, text } = await readStream(request, await openai.chat.completions.create(request));
    expect(text).toBeUndefined();
    expect(attributes).toEqual({
      "llm.model_name": "gpt-4o-mini-2024-07-18",
      "llm.provider": "openai",
      "llm.system": "openai",
      "llm.invocation_parameters": '{"model":"gpt-4o-mini-2024-07-18","stream":true}',
      ...WEATHER_TOOL,
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Weather in Paris and Rome?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_1",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"city":"Paris"}',
      "llm.output_messages.0.message.tool_calls.1.tool_call.id": "call_2",
      "llm.output_messages.0.message.tool_calls.1.tool_call.function.name": "get_weather",
      "llm.output_messages.0.message.tool_calls.1.tool_call.function.arguments": '{"city":"Rome"}',
      "llm.finish_reason": "tool_calls",
      "llm.token_count.prompt": 80,
      "llm.token_count.completion": 30,
      "llm.token_count.total": 110,
    });
  });

  test("keeps interleaved choices apart", async () => {
    server.reply(recordings.streamedTwoChoices);
    const request = {
      model: "gpt-4o-mini",
      messages: [{ role: "user" as const, content: "Flip." }],
      n: 2,
      stream: true as const,
    };
    const { attributes, text } = await readStream(request, await openai.chat.completions.create(request));
    expect(text).toBe("Heads.");
    expect(attributes).toMatchObject({
      "llm.output_messages.0.message.content": "Heads.",
      "llm.output_messages.1.message.content": "Tails.",
    });
  });

  test("folds the reasoning of servers that speak the same shape, and names no host it does not know", async () => {
    server.reply(recordings.streamedReasoning);
    const request = {
      model: "deepseek-reasoner",
      messages: [{ role: "user" as const, content: "2+2?" }],
      stream: true as const,
    };
    const { attributes, text } = await readStream(request, await openai.chat.completions.create(request));
    expect(text).toBe("Four.");
    expect(attributes).toEqual({
      "llm.model_name": "deepseek-reasoner",
      "llm.system": "deepseek",
      "llm.invocation_parameters": '{"model":"deepseek-reasoner","stream":true}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "2+2?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
      "llm.output_messages.0.message.contents.0.message_content.text": "Let me think.",
      "llm.output_messages.0.message.contents.1.message_content.type": "text",
      "llm.output_messages.0.message.contents.1.message_content.text": "Four.",
      "llm.finish_reason": "stop",
      "llm.token_count.prompt": 12,
      "llm.token_count.completion": 20,
      "llm.token_count.total": 32,
      "llm.token_count.prompt_details.cache_read": 8,
      "llm.token_count.completion_details.reasoning": 15,
    });
  });

  test("folds the SDK's stream helper, and reads its final completion", async () => {
    server.reply(recordings.streamedText);
    const request = { model: "gpt-4o-mini", messages: [{ role: "user" as const, content: "Hello?" }] };
    const stream = openai.chat.completions.stream(request);
    const { attributes } = await readStream(request, stream);
    expect(attributes).toMatchObject({ "llm.output_messages.0.message.content": "Hello world" });
    expect(readWhole(request, await stream.finalChatCompletion())).toMatchObject({
      "llm.output_messages.0.message.content": "Hello world",
      "llm.finish_reason": "stop",
      "llm.token_count.total": 1163,
    });
  });

  test("tells what came of a stream that was left early", async () => {
    server.reply(recordings.streamedText);
    const request = {
      model: "gpt-4o-mini",
      messages: [{ role: "user" as const, content: "Hello?" }],
      stream: true as const,
    };
    const folded = readLlmCall([request]).createAnswer();
    for await (const chunk of await openai.chat.completions.create(request)) {
      folded.add(chunk);
      if (chunk.choices[0]?.delta.content === "Hel") break;
    }
    expect(folded.text()).toBe("Hel");
    expect(folded.attributes()).toMatchObject({ "llm.output_messages.0.message.content": "Hel" });
    expect(folded.attributes()).not.toHaveProperty("llm.finish_reason");
  });
});

describe("the host of an OpenAI-shaped model", () => {
  const answer = {
    object: "chat.completion",
    model: "gpt-4o",
    choices: [{ message: { role: "assistant", content: "" } }],
  };

  test.each([
    ["Azure by its content filter", { ...answer, prompt_filter_results: [] }, "azure"],
    ["Groq by its signature", { ...answer, x_groq: { id: "req_1" } }, "groq"],
    ["Ollama by its fingerprint", { ...answer, system_fingerprint: "fp_ollama" }, "ollama"],
    ["OpenAI otherwise", answer, "openai"],
  ])("is %s", (_name, response, provider) => {
    expect(readLlmCall([]).response(response)).toMatchObject({ "llm.provider": provider });
  });

  test.each([
    ["claude-sonnet-4-5", "anthropic"],
    ["meta-llama/Llama-3.3-70B-Instruct", "meta"],
    ["mistralai/Mixtral-8x7B", "mistralai"],
    ["grok-4", "xai"],
    ["gpt-oss-120b", "openai"],
  ])("of %s stays unknown, its maker does not", (model, system) => {
    const requestAttributes = readRequest([{ model, messages: [{ role: "developer", content: "x" }] }]);
    expect(requestAttributes).toMatchObject({ "llm.system": system });
    expect(requestAttributes).not.toHaveProperty("llm.provider");
  });

  test("and its model are what the caller says, when the caller says", () => {
    const call = readLlmCall([{ model: "deployment-7", messages: [{ role: "user", content: "x" }] }], {
      provider: "azure",
      model: "gpt-4o",
    });
    expect(call.request()).toMatchObject({ "llm.provider": "azure", "llm.model_name": "gpt-4o" });
    expect(call.response({ ...answer, model: "gpt-4o-2024-08-06" })).toMatchObject({
      "llm.provider": "azure",
      "llm.model_name": "gpt-4o",
      "llm.response.model_name": "gpt-4o-2024-08-06",
    });
  });
});
