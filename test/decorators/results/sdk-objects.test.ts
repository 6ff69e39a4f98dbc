// The objects that real SDKs return keep their class, identity and members, and end the span whichever is used.
import Anthropic from "@anthropic-ai/sdk";
import { createOpenAI } from "@ai-sdk/openai";
import { streamText } from "ai";
import OpenAI, { APIPromise } from "openai";
import { Stream } from "openai/streaming";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { SpanStatusCode } from "@opentelemetry/api";
import { traceLLM } from "../../../src/index.ts";
import { chatEvents, startLlmServer, typedEvents, type LlmServer } from "../../support/llm-server.ts";
import { PATIENCE_MILLIS } from "../../support/patience.ts";
import { recordSpans, type RecordedSpans } from "../support/recorded-spans.ts";

let server: LlmServer;
let openai: OpenAI;
let anthropic: Anthropic;
let recorded: RecordedSpans;
beforeAll(async () => {
  server = await startLlmServer();
  openai = new OpenAI({ apiKey: "test", baseURL: `${server.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: "test", baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

const chat = (content: string) => ({
  json: {
    id: "c1",
    object: "chat.completion",
    model: "gpt-4o-mini-2024-07-18",
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  },
});

const chunk = (content: string, finish_reason: string | null = null) => ({
  id: "c1",
  object: "chat.completion.chunk",
  model: "gpt-4o-mini-2024-07-18",
  choices: [{ index: 0, delta: { role: "assistant", content }, finish_reason }],
});
const streamed = chatEvents(chunk("Hel"), chunk("lo"), chunk("!", "stop"));

const ASK = { model: "gpt-4o-mini", messages: [{ role: "user" as const, content: "hi" }] };

const ask = traceLLM(() => openai.chat.completions.create(ASK), { name: "ask" });
const askStreamed = traceLLM(() => openai.chat.completions.create({ ...ASK, stream: true }), { name: "ask" });

const answerOf = (): unknown => recorded.attributes("ask")["llm.output_messages.0.message.content"];

describe("W10: openai's APIPromise", () => {
  test("is the SDK's own object, with its class and members", async () => {
    server.reply(chat("a"), chat("b"));
    const plain = openai.chat.completions.create(ASK);
    await plain;
    let made: unknown;
    const traced = traceLLM(() => (made = openai.chat.completions.create(ASK)) as APIPromise<object>, {
      name: "ask",
    })();
    expect(traced).toBe(made);
    expect(traced).toBeInstanceOf(APIPromise);
    expect(Object.keys(traced)).toEqual(["responsePromise", "parseResponse"]);
    await traced;
    expect(recorded.spans).toHaveLength(1);
  });

  test("awaited twice settles once and gives the same object", async () => {
    server.reply(chat("a"));
    const promise = ask();
    const first = await promise;
    expect(await promise).toBe(first);
    expect(answerOf()).toBe("a");
  });

  test("withResponse() gives data and response", async () => {
    server.reply(chat("a"));
    const { data, response, request_id } = await ask().withResponse();
    expect([data.choices[0]?.message.content, response.status, request_id]).toEqual([
      "a",
      200,
      "req_recorded",
    ]);
    expect(answerOf()).toBe("a");
  });

  test("asResponse() ends the span with the end of its body", async () => {
    server.reply(chat("a"));
    const response = await ask().asResponse();
    expect(response.headers.get("x-request-id")).toBe("req_recorded");
    expect(recorded.spans).toHaveLength(0);
    expect(await response.json()).toMatchObject({ id: "c1" });
    expect(recorded.attributes("ask")["output.value"]).toContain('"id":"c1"');
  });

  test("catch() and finally() end it, and its errors stay the SDK's", async () => {
    server.reply();
    const error: unknown = await ask().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(recorded.one("ask").status.code).toBe(SpanStatusCode.ERROR);
    server.reply(chat("b"));
    const after = vi.fn<() => void>();
    await ask().finally(after);
    expect([after.mock.calls.length, recorded.spans.length]).toEqual([1, 2]);
  });
});

describe.each([
  ["as it is", () => askStreamed()],
  [
    "awaited inside",
    () => traceLLM(async () => openai.chat.completions.create({ ...ASK, stream: true }), { name: "ask" })(),
  ],
])("openai's Stream, given %s", (_how, open) => {
  test("keeps its class and is read as before", async () => {
    server.reply(streamed);
    const stream = await open();
    expect(stream).toBeInstanceOf(Stream);
    expect(stream.controller).toBeInstanceOf(AbortController);
    let text = "";
    for await (const part of stream) text += part.choices[0]?.delta.content ?? "";
    expect([text, answerOf()]).toEqual(["Hello!", "Hello!"]);
  });

  test("may be split with tee()", async () => {
    server.reply(streamed);
    const texts = (await open()).tee().map(async (half) => {
      let text = "";
      for await (const part of half) text += part.choices[0]?.delta.content ?? "";
      return text;
    });
    expect(await Promise.all(texts)).toEqual(["Hello!", "Hello!"]);
    expect(answerOf()).toBe("Hello!");
  });

  test("may become a ReadableStream", async () => {
    server.reply(streamed);
    const lines = await new Response((await open()).toReadableStream()).text();
    expect(lines.trim().split("\n")).toHaveLength(3);
    expect(answerOf()).toBe("Hello!");
  });

  test("left early ends the span with what was read", async () => {
    server.reply(streamed);
    for await (const part of await open()) {
      void part;
      break;
    }
    expect(answerOf()).toBe("Hel");
    expect(recorded.one("ask").status.code).toBe(SpanStatusCode.OK);
  });

  test("aborted by its controller ends the span", async () => {
    server.reply(streamed);
    const stream = await open();
    stream.controller.abort();
    expect(recorded.spans).toHaveLength(1);
    for await (const part of stream) void part;
  });
});

describe("openai's stream helper", () => {
  test("may be listened to, and gives its final content", async () => {
    server.reply(streamed);
    const contents: string[] = [];
    const runner = traceLLM(() => openai.chat.completions.stream(ASK), { name: "ask" })();
    runner.on("content", (delta) => contents.push(delta));
    expect(await runner.finalContent()).toBe("Hello!");
    expect(contents.join("")).toBe("Hello!");
    expect(answerOf()).toBe("Hello!");
  });
});

const MESSAGE = {
  model: "claude-test",
  max_tokens: 50,
  messages: [{ role: "user" as const, content: "hi" }],
};
const events = (answer: string) =>
  typedEvents(
    {
      type: "message_start",
      message: {
        id: "m1",
        type: "message",
        role: "assistant",
        model: "claude-test",
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 4, output_tokens: 1 },
      },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: answer } },
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: 2 },
    },
    { type: "message_stop" },
  );

describe("anthropic.messages.stream()", () => {
  const open = traceLLM(() => anthropic.messages.stream(MESSAGE), { name: "ask" });
  const answer = (): unknown =>
    Object.entries(recorded.attributes("ask")).find(([key]) =>
      /^llm\.output_messages\.0\..*(content|text)$/.test(key),
    )?.[1];

  test("is the SDK's own object; finalMessage() fills the span", async () => {
    server.reply(events("Salut"));
    const stream = open();
    expect(stream.constructor.name).toBe("MessageStream");
    expect((await stream.finalMessage()).content).toMatchObject([{ type: "text", text: "Salut" }]);
    expect(answer()).toBe("Salut");
    expect(recorded.attributes("ask")).toMatchObject({
      "llm.token_count.prompt": 4,
      "llm.token_count.completion": 2,
    });
  });

  test("may be read chunk by chunk and by listeners", async () => {
    server.reply(events("Salut"));
    const texts: string[] = [];
    const types: string[] = [];
    const stream = open().on("text", (delta) => texts.push(delta));
    for await (const event of stream) types.push(event.type);
    expect([texts, types.length, answer()]).toEqual([["Salut"], 6, "Salut"]);
  });

  test("aborted ends the span as failed, and the error stays the caller's", async () => {
    server.reply(events("Salut"));
    const stream = open();
    stream.abort();
    await expect(stream.finalMessage()).rejects.toThrow(Anthropic.APIUserAbortError);
    expect(recorded.one("ask").status.code).toBe(SpanStatusCode.ERROR);
  });

  test("create({ stream: true }) gives the SDK's Stream", async () => {
    server.reply(events("Salut"));
    const stream = await traceLLM(() => anthropic.messages.create({ ...MESSAGE, stream: true }), {
      name: "ask",
    })();
    for await (const event of stream) void event;
    expect(answer()).toBe("Salut");
  });
});

describe("the AI SDK's streamText", () => {
  const open = traceLLM(
    () =>
      streamText({
        model: createOpenAI({ apiKey: "test", baseURL: `${server.url}/v1` }).chat("gpt-4o-mini"),
        prompt: "hi",
      }),
    { name: "ask" },
  );

  test("starts nothing it did not start, and each of its ways fills the span", async () => {
    server.reply(streamed);
    const result = open();
    let text = "";
    for await (const delta of result.textStream) text += delta;
    expect([text, await result.text]).toEqual(["Hello!", "Hello!"]);
    expect(recorded.attributes("ask")["output.value"]).toBe("Hello!");
  });

  test("awaited instead of read fills the span too", async () => {
    server.reply(streamed);
    expect(await open().text).toBe("Hello!");
    await vi.waitFor(
      () => expect(recorded.attributes("ask")["output.value"]).toBe("Hello!"),
      PATIENCE_MILLIS,
    );
  });

  test("sent as a Response fills the span", async () => {
    server.reply(streamed);
    expect(await open().toTextStreamResponse().text()).toBe("Hello!");
    expect(recorded.attributes("ask")["output.value"]).toBe("Hello!");
  });
});
