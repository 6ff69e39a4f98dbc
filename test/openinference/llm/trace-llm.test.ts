// traceLLM from end to end: real SDK, real answer, real provider; what stands on the span in the end.
import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import type { Attributes } from "@opentelemetry/api";
import { AlwaysOffSampler } from "@opentelemetry/sdk-trace-node";
import { generateText, streamText } from "ai";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { getActiveSpan, llm, traceLLM } from "../../../src/index.ts";
import * as anthropicRecordings from "../../support/llm-recordings/anthropic.ts";
import * as googleRecordings from "../../support/llm-recordings/google.ts";
import * as chatRecordings from "../../support/llm-recordings/openai-chat.ts";
import * as responsesRecordings from "../../support/llm-recordings/openai-responses.ts";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import { recordSpans, type RecordedSpans } from "../../decorators/support/recorded-spans.ts";

let server: LlmServer;
let openai: OpenAI;
let anthropic: Anthropic;
let google: GoogleGenAI;
let aiSdk: ReturnType<typeof createOpenAI>;
let recorded: RecordedSpans;

beforeAll(async () => {
  server = await startLlmServer();
  openai = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: "sk-ant-test", baseURL: server.url, maxRetries: 0 });
  google = new GoogleGenAI({ apiKey: "test", httpOptions: { baseUrl: server.url } });
  aiSdk = createOpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1` });
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

async function readToEnd(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of stream) void chunk;
}

const question = (content: string): { role: "user"; content: string }[] => [{ role: "user", content }];

describe("traceLLM around OpenAI Chat Completions", () => {
  const complete = traceLLM(
    (request: OpenAI.ChatCompletionCreateParamsNonStreaming) => openai.chat.completions.create(request),
    { name: "complete" },
  );
  const stream = traceLLM(
    (request: OpenAI.ChatCompletionCreateParamsStreaming) => openai.chat.completions.create(request),
    { name: "stream" },
  );
  const answered: Attributes = {
    "openinference.span.kind": "LLM",
    "llm.model_name": "gpt-4o-2024-08-06",
    "llm.provider": "openai",
    "llm.input_messages.0.message.content": "Capital of France?",
    "llm.output_messages.0.message.role": "assistant",
    "llm.output_messages.0.message.content": "Paris.",
    "llm.finish_reason": "stop",
    "llm.token_count.prompt": 1117,
    "llm.token_count.prompt_details.cache_read": 1024,
    "input.mime_type": "application/json",
    "output.mime_type": "application/json",
  };

  test("fills the span of an awaited call", async () => {
    server.reply(chatRecordings.text);
    const answer = await complete({ model: "gpt-4o", messages: question("Capital of France?") });
    expect(answer.choices[0]?.message.content).toBe("Paris.");
    expect(recorded.attributes("complete")).toMatchObject(answered);
  });

  test("fills the span of withResponse()", async () => {
    server.reply(chatRecordings.text);
    const { data, response } = await complete({
      model: "gpt-4o",
      messages: question("Capital of France?"),
    }).withResponse();
    expect(data.choices[0]?.message.content).toBe("Paris.");
    expect(response.status).toBe(200);
    expect(recorded.attributes("complete")).toMatchObject(answered);
  });

  test("fills the span of a stream when it was read, with its text as the output", async () => {
    server.reply(chatRecordings.streamedText);
    const chunks = await stream({ model: "gpt-4o-mini", messages: question("Hello?"), stream: true });
    expect(recorded.spans).toHaveLength(0);
    await readToEnd(chunks);
    expect(recorded.attributes("stream")).toMatchObject({
      "llm.model_name": "gpt-4o-mini-2024-07-18",
      "llm.output_messages.0.message.content": "Hello world",
      "llm.finish_reason": "stop",
      "llm.token_count.total": 1163,
      "output.value": "Hello world",
      "output.mime_type": "text/plain",
    });
  });

  test("fills the span of a streamed tool call", async () => {
    server.reply(chatRecordings.streamedToolCalls);
    await readToEnd(await stream({ model: "gpt-4o-mini", messages: question("Weather?"), stream: true }));
    expect(recorded.attributes("stream")).toMatchObject({
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"city":"Paris"}',
      "llm.output_messages.0.message.tool_calls.1.tool_call.function.arguments": '{"city":"Rome"}',
      "llm.token_count.total": 110,
    });
  });

  test("leaves what the user set", async () => {
    server.reply(chatRecordings.text);
    const mine = traceLLM(
      (request: OpenAI.ChatCompletionCreateParamsNonStreaming) => {
        getActiveSpan()?.setLLM({
          model: "my-model",
          outputMessages: [{ role: "assistant", content: "mine" }],
        });
        return openai.chat.completions.create(request);
      },
      { name: "mine" },
    );
    await mine({ model: "gpt-4o", messages: question("Capital of France?") });
    expect(recorded.attributes("mine")).toMatchObject({
      "llm.model_name": "my-model",
      "llm.output_messages.0.message.content": "mine",
      "llm.token_count.prompt": 1117,
    });
  });

  test("records no content when capture is off, but model and tokens", async () => {
    server.reply(chatRecordings.text);
    const silent = traceLLM(
      (request: OpenAI.ChatCompletionCreateParamsNonStreaming) => openai.chat.completions.create(request),
      { name: "silent", captureInput: false, captureOutput: false },
    );
    await silent({ model: "gpt-4o", messages: question("Capital of France?") });
    const attributes = recorded.attributes("silent");
    expect(attributes).toMatchObject({
      "llm.model_name": "gpt-4o-2024-08-06",
      "llm.token_count.prompt": 1117,
    });
    expect(JSON.stringify(attributes)).not.toMatch(/France|Paris/);
  });

  test("reads nothing of the arguments when the span does not record", async () => {
    await recorded.stop();
    recorded = recordSpans({ sampler: new AlwaysOffSampler() });
    const touched: PropertyKey[] = [];
    const request = new Proxy(
      { model: "gpt-4o", messages: question("?") },
      {
        get(target, key) {
          touched.push(key);
          return Reflect.get(target, key) as unknown;
        },
      },
    );
    expect(traceLLM((_request: object) => "Paris.")(request)).toBe("Paris.");
    expect(touched).toEqual([]);
  });
});

describe("traceLLM around the other SDKs", () => {
  test("fills the span of an OpenAI Responses stream", async () => {
    server.reply(responsesRecordings.streamedReasoningAndToolCall);
    const ask = traceLLM(
      (input: OpenAI.Responses.ResponseCreateParamsStreaming) => openai.responses.create(input),
      {
        name: "respond",
      },
    );
    await readToEnd(await ask({ model: "gpt-5", input: "Weather in Paris?", stream: true }));
    expect(recorded.attributes("respond")).toMatchObject({
      "llm.model_name": "gpt-5-2025-08-07",
      "llm.input_messages.0.message.content": "Weather in Paris?",
      "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
      "llm.token_count.completion_details.reasoning": 32,
    });
  });

  test("fills the span of Anthropic's helper that is awaited and not read", async () => {
    server.reply(anthropicRecordings.streamedThinkingAndToolUse);
    const ask = traceLLM((request: Anthropic.MessageStreamParams) => anthropic.messages.stream(request), {
      name: "claude",
    });
    await ask({
      model: "claude-opus-5",
      max_tokens: 1024,
      messages: question("Weather in Paris?"),
    }).finalMessage();
    expect(recorded.attributes("claude")).toMatchObject({
      "llm.model_name": "claude-opus-4-8",
      "llm.provider": "anthropic",
      "llm.output_messages.0.message.contents.0.message_content.signature": "EqQBCgIYAhIM",
      "llm.output_messages.0.message.contents.1.message_content.text": "I'll check.",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": expect.stringMatching(
        /^\{"city":\s?"Paris"\}$/,
      ) as string,
      "llm.token_count.prompt": 2095,
      "llm.token_count.prompt_details.cache_write": 30,
    });
  });

  test("fills the span of a Google stream", async () => {
    server.reply(googleRecordings.streamedThoughtsAndCall);
    const ask = traceLLM(
      (contents: string) => google.models.generateContentStream({ model: "gemini-2.5-flash", contents }),
      {
        name: "gemini",
      },
    );
    await readToEnd(await ask("Weather in Paris?"));
    expect(recorded.attributes("gemini")).toMatchObject({
      "input.value": "Weather in Paris?",
      "llm.model_name": "gemini-2.5-flash-preview-09-2025",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
      "llm.token_count.completion_details.reasoning": 30,
      "output.value": "Checking.",
    });
  });

  test("fills the span of generateText", async () => {
    server.reply(responsesRecordings.text);
    const ask = traceLLM((prompt: string) => generateText({ model: aiSdk("gpt-5"), prompt }), {
      name: "generate",
    });
    expect((await ask("Weather in Paris?")).text).toBe("Looking it up.");
    expect(recorded.attributes("generate")).toMatchObject({
      "llm.model_name": "gpt-5-2025-08-07",
      "llm.output_messages.0.message.content": "Looking it up.",
      "llm.token_count.prompt_details.cache_read": 256,
    });
  });

  test("fills the span of streamText, whichever of its streams or promises is used", async () => {
    server.reply(chatRecordings.streamedText, chatRecordings.streamedText);
    const ask = traceLLM((request: Parameters<typeof streamText>[0]) => streamText(request), {
      name: "stream-text",
    });
    const request = { model: aiSdk.chat("gpt-4o-mini"), prompt: "Hello?" };
    const read = ask(request);
    await readToEnd(read.textStream);
    expect(await ask(request).text).toBe("Hello world");
    // The promise of the text settles just before the stream under it is seen to end.
    await expect.poll(() => recorded.spans.length).toBe(2);
    for (const span of recorded.spans) {
      expect(span.attributes).toMatchObject({
        "llm.model_name": "gpt-4o-mini-2024-07-18",
        "llm.input_messages.0.message.content": "Hello?",
        "llm.output_messages.0.message.content": "Hello world",
        "llm.token_count.total": 1163,
        "output.value": "Hello world",
      });
    }
  });

  test("fills the spans of a decorated method, whatever it gives back", async () => {
    class Agent {
      @llm({ model: "gpt-4o", provider: "azure" })
      async answer(messages: { role: string; content: string }[]): Promise<string> {
        return `You said ${messages[0]?.content}`;
      }
    }
    await new Agent().answer(question("Hello?"));
    expect(recorded.attributes("answer")).toMatchObject({
      "llm.model_name": "gpt-4o",
      "llm.provider": "azure",
      "llm.input_messages.0.message.role": "user",
      "llm.input_messages.0.message.content": "Hello?",
      "llm.output_messages.0.message.role": "assistant",
      "llm.output_messages.0.message.content": "You said Hello?",
    });
  });

  test("falls back to plain input and output", async () => {
    await traceLLM(async (prompt: string) => ({ answer: prompt.length }), { name: "plain" })("Hello?");
    const attributes = recorded.attributes("plain");
    expect(attributes).toMatchObject({ "input.value": "Hello?", "output.value": '{"answer":6}' });
    expect(Object.keys(attributes).filter((key) => key.startsWith("llm."))).toEqual([]);
  });
});

describe("an answer that tells of a failure without throwing", () => {
  const failed = {
    id: "r",
    object: "response",
    status: "failed",
    model: "gpt-5",
    error: { code: "server_error", message: "The model stumbled." },
    output: [],
    usage: null,
    incomplete_details: null,
  };

  test("a Responses call with the status failed is an error, whole and streamed", async () => {
    const raw = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1`, maxRetries: 0 });
    server.reply(
      { json: failed },
      {
        events: [
          {
            event: "response.created",
            data: { type: "response.created", response: { ...failed, status: "in_progress", error: null } },
          },
          { event: "response.failed", data: { type: "response.failed", response: failed } },
        ],
      },
    );
    const whole = traceLLM((input: string) => raw.responses.create({ model: "gpt-5", input }), {
      name: "whole",
    });
    const streamed = traceLLM(
      (input: string) => raw.responses.create({ model: "gpt-5", input, stream: true }),
      { name: "streamed" },
    );
    expect(await whole("hi")).toMatchObject({ status: "failed" });
    await readToEnd(await streamed("hi"));
    for (const name of ["whole", "streamed"]) {
      const span = recorded.one(name);
      expect(span.status).toEqual({ code: 2, message: "The model stumbled." });
      expect(span.events[0]?.attributes).toMatchObject({ "exception.type": "server_error" });
      expect(span.attributes["llm.finish_reason"]).toBe("failed");
    }
  });

  test.each(["incomplete", "cancelled", "completed"])("the status %s is none", async (status) => {
    const ask = traceLLM(async () => Promise.resolve({ ...failed, status, error: null }), { name: status });
    await ask();
    expect(recorded.one(status).status.code).toBe(1);
  });
});
