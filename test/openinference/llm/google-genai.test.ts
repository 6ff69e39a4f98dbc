import { GoogleGenAI, Type, type GenerateContentParameters } from "@google/genai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import * as recordings from "../../support/llm-recordings/google.ts";
import { readLlmCall, readStream, readWhole } from "./read-call.ts";

let server: LlmServer;
let google: GoogleGenAI;

beforeAll(async () => {
  server = await startLlmServer();
  google = new GoogleGenAI({ apiKey: "test", httpOptions: { baseUrl: server.url } });
});
afterAll(() => server.close());

const MODEL = {
  "llm.model_name": "gemini-2.5-flash-preview-09-2025",
  "llm.request.model_name": "gemini-2.5-flash",
  "llm.response.model_name": "gemini-2.5-flash-preview-09-2025",
  "llm.provider": "google",
};

/** The thoughts' 30 tokens stand beside the candidates' 20. */
const USAGE = {
  "llm.token_count.prompt": 120,
  "llm.token_count.completion": 50,
  "llm.token_count.total": 170,
  "llm.token_count.prompt_details.cache_read": 100,
  "llm.token_count.prompt_details.audio": 30,
  "llm.token_count.completion_details.reasoning": 30,
};

describe("Google GenAI, whole", () => {
  test("reads a text with a system instruction, and the answer", async () => {
    server.reply(recordings.text);
    const request = {
      model: "gemini-2.5-flash",
      contents: "Capital of France?",
      config: {
        systemInstruction: "Be brief.",
        temperature: 0.1,
        httpOptions: { headers: { "x-secret": "s" } },
        abortSignal: new AbortController().signal,
      },
    } satisfies GenerateContentParameters;
    expect(readWhole(request, await google.models.generateContent(request))).toEqual({
      ...MODEL,
      "llm.invocation_parameters": '{"model":"gemini-2.5-flash","temperature":0.1}',
      "llm.input_messages.0.message.role": "system",
      "llm.input_messages.0.message.content": "Be brief.",
      "llm.input_messages.1.message.role": "user",
      "llm.input_messages.1.message.content": "Capital of France?",
      "llm.output_messages.0.message.role": "model",
      "llm.output_messages.0.message.content": "Paris.",
      "llm.finish_reason": "STOP",
      ...USAGE,
    });
  });

  test("reads tools, thoughts and function calls with their signature", async () => {
    server.reply(recordings.thoughtsAndCalls);
    const request = {
      model: "gemini-2.5-flash",
      contents: [{ role: "user", parts: [{ text: "Weather in Paris?" }] }],
      config: {
        thinkingConfig: { includeThoughts: true },
        tools: [
          {
            functionDeclarations: [
              {
                name: "get_weather",
                description: "Weather of a city",
                parameters: { type: Type.OBJECT, properties: { city: { type: Type.STRING } } },
              },
              { name: "get_time" },
            ],
          },
          { googleSearch: {} },
        ],
      },
    } satisfies GenerateContentParameters;
    const message = "llm.output_messages.0.message";
    expect(readWhole(request, await google.models.generateContent(request))).toEqual({
      ...MODEL,
      "llm.invocation_parameters": '{"model":"gemini-2.5-flash","thinkingConfig":{"includeThoughts":true}}',
      "llm.tools.0.tool.name": "get_weather",
      "llm.tools.0.tool.description": "Weather of a city",
      "llm.tools.0.tool.json_schema":
        '{"name":"get_weather","description":"Weather of a city","parameters":{"type":"OBJECT","properties":{"city":{"type":"STRING"}}}}',
      "llm.tools.1.tool.name": "get_time",
      "llm.tools.1.tool.json_schema": '{"name":"get_time"}',
      "llm.tools.2.tool.name": "googleSearch",
      "llm.tools.2.tool.json_schema": '{"googleSearch":{}}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Weather in Paris?",
      [`${message}.role`]: "model",
      [`${message}.contents.0.message_content.type`]: "reasoning",
      [`${message}.contents.0.message_content.text`]: "I need the weather.",
      [`${message}.contents.1.message_content.type`]: "tool_use",
      [`${message}.contents.1.tool_call.id`]: "fc_1",
      [`${message}.contents.1.tool_call.function.name`]: "get_weather",
      [`${message}.contents.1.tool_call.function.arguments`]: '{"city":"Paris"}',
      [`${message}.contents.1.tool_call.reasoning_signature`]: "CiQBVKhc7g==",
      [`${message}.contents.2.message_content.type`]: "tool_use",
      [`${message}.contents.2.tool_call.function.name`]: "get_time",
      [`${message}.contents.2.tool_call.function.arguments`]: "{}",
      [`${message}.tool_calls.0.tool_call.id`]: "fc_1",
      [`${message}.tool_calls.0.tool_call.function.name`]: "get_weather",
      [`${message}.tool_calls.0.tool_call.function.arguments`]: '{"city":"Paris"}',
      [`${message}.tool_calls.0.tool_call.reasoning_signature`]: "CiQBVKhc7g==",
      [`${message}.tool_calls.1.tool_call.function.name`]: "get_time",
      [`${message}.tool_calls.1.tool_call.function.arguments`]: "{}",
      "llm.finish_reason": "STOP",
      ...USAGE,
    });
  });

  test("reads a conversation: loose parts, files, function responses as messages of the tool", () => {
    const parts = "llm.input_messages.0.message.contents";
    expect(
      readLlmCall([
        {
          model: "gemini-2.5-flash",
          contents: [
            "What are these?",
            { inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } },
            { fileData: { mimeType: "video/mp4", fileUri: "gs://bucket/clip.mp4" } },
            { inlineData: { mimeType: "audio/wav", data: "UklGRg==" } },
            { role: "model", parts: [{ functionCall: { name: "look", args: { x: 1 } } }] },
            {
              role: "user",
              parts: [{ functionResponse: { id: "fc_1", name: "look", response: { output: "a cat" } } }],
            },
          ],
        },
      ]).request(),
    ).toEqual({
      "llm.model_name": "gemini-2.5-flash",
      "llm.provider": "google",
      "llm.invocation_parameters": '{"model":"gemini-2.5-flash"}',
      "llm.input_messages.0.message.role": "user",
      [`${parts}.0.message_content.type`]: "text",
      [`${parts}.0.message_content.text`]: "What are these?",
      [`${parts}.1.message_content.type`]: "image",
      [`${parts}.1.message_content.image.image.url`]: "data:image/png;base64,iVBORw0KGgo=",
      [`${parts}.2.message_content.type`]: "video",
      [`${parts}.2.message_content.video.video.url`]: "gs://bucket/clip.mp4",
      [`${parts}.3.message_content.type`]: "audio",
      [`${parts}.3.message_content.audio.audio.url`]: "data:audio/wav;base64,UklGRg==",
      [`${parts}.3.message_content.audio.audio.mime_type`]: "audio/wav",
      "llm.input_messages.1.message.role": "model",
      "llm.input_messages.1.message.tool_calls.0.tool_call.function.name": "look",
      "llm.input_messages.1.message.tool_calls.0.tool_call.function.arguments": '{"x":1}',
      "llm.input_messages.2.message.role": "tool",
      "llm.input_messages.2.message.name": "look",
      "llm.input_messages.2.message.tool_call_id": "fc_1",
      "llm.input_messages.2.message.content": '{"output":"a cat"}',
    });
  });

  test("reads every candidate, and images the model made", async () => {
    server.reply(recordings.twoCandidatesWithImage);
    const request = { model: "gemini-2.5-flash", contents: "Draw." };
    const parts = "llm.output_messages.0.message.contents";
    expect(readWhole(request, await google.models.generateContent(request))).toMatchObject({
      [`${parts}.0.message_content.text`]: "Here it is:",
      [`${parts}.1.message_content.type`]: "image",
      [`${parts}.1.message_content.image.image.url`]: "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==",
      "llm.output_messages.1.message.content": "Or this.",
      "llm.finish_reason": "STOP",
      "llm.token_count.completion": 9,
    });
  });

  test("says why a prompt was blocked", () => {
    expect(
      readLlmCall([]).response({
        promptFeedback: { blockReason: "SAFETY" },
        usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 },
      }),
    ).toEqual({
      "llm.provider": "google",
      "llm.finish_reason": "SAFETY",
      "llm.token_count.prompt": 4,
      "llm.token_count.total": 4,
    });
  });
});

describe("Google GenAI, streamed", () => {
  test("folds text; the last chunk has the final counts", async () => {
    server.reply(recordings.streamedText);
    const request = { model: "gemini-2.5-flash", contents: "Hello?" };
    const { attributes, text, chunks } = await readStream(
      request,
      await google.models.generateContentStream(request),
    );
    expect(chunks).toBe(3);
    expect(text).toBe("Hello world");
    expect(attributes).toEqual({
      ...MODEL,
      "llm.invocation_parameters": '{"model":"gemini-2.5-flash"}',
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Hello?",
      "llm.output_messages.0.message.role": "model",
      "llm.output_messages.0.message.content": "Hello world",
      "llm.finish_reason": "STOP",
      ...USAGE,
    });
  });

  test("folds thoughts and answer apart, and reads function calls", async () => {
    server.reply(recordings.streamedThoughtsAndCall);
    const request = { model: "gemini-2.5-flash", contents: "Weather?" };
    const message = "llm.output_messages.0.message";
    const { attributes, text } = await readStream(
      request,
      await google.models.generateContentStream(request),
    );
    expect(text).toBe("Checking.");
    expect(attributes).toMatchObject({
      [`${message}.contents.0.message_content.type`]: "reasoning",
      [`${message}.contents.0.message_content.text`]: "I need the weather.",
      [`${message}.contents.1.message_content.type`]: "text",
      [`${message}.contents.1.message_content.text`]: "Checking.",
      [`${message}.tool_calls.0.tool_call.id`]: "fc_1",
      [`${message}.tool_calls.0.tool_call.function.arguments`]: '{"city":"Paris"}',
      [`${message}.tool_calls.0.tool_call.reasoning_signature`]: "CiQBVKhc7g==",
      ...USAGE,
    });
  });
});

describe("arguments that come in pieces", () => {
  type Call = Readonly<Record<string, unknown>>;
  async function* pieces(calls: readonly (Call | { readonly text: string })[]): AsyncGenerator<object> {
    await Promise.resolve();
    for (const call of calls) {
      const part = "text" in call ? call : { functionCall: call };
      yield { candidates: [{ index: 0, content: { role: "model", parts: [part] } }] };
    }
  }
  const partial = (jsonPath: string, value: Call, willContinue = true): Call => ({
    partialArgs: [{ jsonPath, ...value }],
    willContinue,
  });

  test.each<[string, readonly (Call | { readonly text: string })[], readonly object[]]>([
    [
      "a text in two pieces, and an empty end",
      [
        { id: "f1", name: "weigh", willContinue: true },
        partial("$.what", { stringValue: "co", willContinue: true }),
        partial("$.what", { stringValue: "d" }),
        {},
      ],
      [{ id: "f1", name: "weigh", arguments: { what: "cod" } }],
    ],
    [
      "numbers, booleans, null, lists and objects",
      [
        { name: "plan", willContinue: true },
        partial("$.stops[0].town", { stringValue: "Visby" }),
        partial("$.stops[0]['nights left']", { numberValue: 2 }),
        partial("$.stops[1].town", { stringValue: "Ystad" }),
        partial("$.open", { boolValue: true }),
        partial("$.end", { nullValue: "NULL_VALUE" }, false),
      ],
      [
        {
          name: "plan",
          arguments: {
            stops: [{ town: "Visby", "nights left": 2 }, { town: "Ystad" }],
            open: true,
            end: null,
          },
        },
      ],
    ],
    [
      "two calls after each other, and one that is whole",
      [
        { id: "f1", name: "weigh", willContinue: true },
        partial("$.what", { stringValue: "cod" }, false),
        {
          id: "f2",
          name: "weigh",
          partialArgs: [{ jsonPath: "$.what", stringValue: "pi" }],
          willContinue: true,
        },
        partial("$.what", { stringValue: "ke" }, false),
        { id: "f3", name: "sail", args: { to: "Visby" } },
      ],
      [
        { id: "f1", name: "weigh", arguments: { what: "cod" } },
        { id: "f2", name: "weigh", arguments: { what: "ke" } },
        { id: "f3", name: "sail", arguments: { to: "Visby" } },
      ],
    ],
    [
      "a stream cut short",
      [
        { id: "f1", name: "weigh", willContinue: true },
        partial("$.what", { stringValue: "co", willContinue: true }),
      ],
      [{ id: "f1", name: "weigh", arguments: { what: "co" } }],
    ],
  ])("%s", async (_way, calls, expected) => {
    const read = await readStream({ model: "gemini-3-pro", contents: "hi" }, pieces(calls));
    expect(read.output).toEqual(expected);
  });

  test("a hostile path changes no prototype", async () => {
    const calls = [
      { name: "f", willContinue: true },
      partial("$.__proto__.polluted", { stringValue: "x" }, false),
    ];
    await readStream({ model: "gemini-3-pro", contents: "hi" }, pieces(calls));
    expect({}).not.toHaveProperty("polluted");
  });
});
