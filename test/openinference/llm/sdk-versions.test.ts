// The newest and the oldest supported major of each SDK that docs/llm.md names, with one call each.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { traceLLM } from "../../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../../decorators/support/recorded-spans.ts";
import * as googleRecordings from "../../support/llm-recordings/google.ts";
import * as chatRecordings from "../../support/llm-recordings/openai-chat.ts";
import { chatEvents, startLlmServer, type LlmServer } from "../../support/llm-server.ts";

const docs = readFileSync(new URL("../../../docs/llm.md", import.meta.url), "utf8");

/** The names under which the majors of a package are installed here. */
const INSTALLED: Readonly<Record<string, readonly string[]>> = {
  openai: ["openai4", "openai5", "openai", "openai7"],
  "@anthropic-ai/sdk": ["anthropic030", "@anthropic-ai/sdk"],
  "@google/genai": ["genai0", "@google/genai", "genai3"],
  ai: ["ai4", "ai5", "ai", "ai7"],
  "@google/generative-ai": ["@google/generative-ai"],
  "@aws-sdk/client-bedrock-runtime": ["@aws-sdk/client-bedrock-runtime"],
  "@mistralai/mistralai": ["@mistralai/mistralai"],
  "cohere-ai": ["cohere-ai"],
  "groq-sdk": ["groq-sdk"],
  "@langchain/core": ["@langchain/core"],
  ollama: ["ollama"],
  replicate: ["replicate"],
};

const rows = [...docs.matchAll(/^\| `([^`]+)`\s+\| ([\d.]+)(?: to (\d+))?\s+\|$/gm)].map(
  ([, name = "", oldest = "", newest = oldest]) => ({ name, oldest, newest }),
);

/** The installed version, from the file that every package has at its root. */
function versionOf(name: string): string {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of paths) {
    try {
      const { version } = JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8")) as {
        version: string;
      };
      return version;
    } catch {
      // Not in this folder.
    }
  }
  return "";
}

test("docs/llm.md names every SDK that is tested, and no other", () => {
  expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(INSTALLED).toSorted());
});

test.each(rows)("$name is tested from $oldest to $newest", ({ name, oldest, newest }) => {
  const versions = (INSTALLED[name] ?? []).map(versionOf);
  expect(versions[0]).toMatch(new RegExp(`^${oldest.replace(".", "\\.")}\\.`));
  expect(versions.at(-1)).toMatch(new RegExp(`^${newest.replace(".", "\\.")}\\.`));
});

let server: LlmServer;
let recorded: RecordedSpans;
beforeAll(async () => {
  server = await startLlmServer();
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

const messages = [{ role: "user", content: "Weigh cod." }];

// What the majors have in common, as far as it is used here.
interface OpenAiClient {
  chat: { completions: OpenAiCompletions };
  beta: { chat?: { completions: OpenAiCompletions } };
}
interface OpenAiCompletions {
  create(request: object): Promise<AsyncIterable<unknown>>;
  runTools?(request: object): { finalContent(): Promise<string> };
}
type New<Instance> = new (options: object) => Instance;

describe.each(INSTALLED["openai"] ?? [])("%s", (name) => {
  let openai: OpenAiClient;
  beforeAll(async () => {
    const { default: OpenAI } = (await import(name)) as { default: New<OpenAiClient> };
    openai = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1`, maxRetries: 0 });
  });

  test("a streamed answer", async () => {
    server.reply(chatRecordings.streamedText);
    const ask = traceLLM((request: object) => openai.chat.completions.create(request), { name });
    for await (const chunk of await ask({ model: "gpt-4o", messages, stream: true })) void chunk;
    expect(recorded.attributes(name)).toMatchObject({
      "output.value": "Hello world",
      "llm.output_messages.0.message.content": "Hello world",
      "llm.token_count.total": 1163,
    });
  });

  const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
  const base = { id: "c", created: 1, model: "gpt-4o" };
  const call = { id: "t1", type: "function", function: { name: "weigh", arguments: '{"what":"cod"}' } };
  const whole = (message: object, finish_reason: string): object => ({
    ...base,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason }],
    usage,
  });
  const chunk = (delta: object, finish_reason: string | null = null): object => ({
    ...base,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason }],
    ...(finish_reason !== null && { usage }),
  });

  test.each([false, true])("runTools() with all of its turns, streamed: %s", async (stream) => {
    if (stream) {
      server.reply(
        chatEvents(
          chunk({ role: "assistant", content: null, tool_calls: [{ ...call, index: 0 }] }),
          chunk({}, "tool_calls"),
        ),
        chatEvents(
          chunk({ role: "assistant", content: "Three " }),
          chunk({ content: "kilos." }),
          chunk({}, "stop"),
        ),
      );
    } else {
      server.reply(
        { json: whole({ tool_calls: [call] }, "tool_calls") },
        { json: whole({ content: "Three kilos." }, "stop") },
      );
    }
    const api = openai.chat.completions.runTools ? openai.chat.completions : openai.beta.chat?.completions;
    const weigh = {
      name: "weigh",
      function: () => "3",
      parse: JSON.parse,
      parameters: { type: "object", properties: {} },
    };
    const run = traceLLM((request: object) => api?.runTools?.(request), { name });
    const tools = [{ type: "function", function: weigh }];
    const runner = run({ model: "gpt-4o", messages, tools, stream });
    expect(await runner?.finalContent()).toBe("Three kilos.");
    await expect.poll(() => recorded.spans.length).toBe(1);
    expect(recorded.attributes(name)).toMatchObject({
      "output.value": "Three kilos.",
      "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"what":"cod"}',
      "llm.output_messages.1.message.content": "Three kilos.",
      "llm.finish_reason": "stop",
      "llm.token_count.prompt": 20,
      "llm.token_count.completion": 8,
    });
  });
});

interface AnthropicClient {
  messages: { create(request: object): Promise<unknown> };
}

const cached = {
  id: "m",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5",
  content: [{ type: "text", text: "Yes." }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: {
    input_tokens: 12,
    cache_creation_input_tokens: 300,
    cache_read_input_tokens: 2_000,
    output_tokens: 5,
  },
};

const CACHED = {
  "llm.model_name": "claude-sonnet-4-5",
  "llm.provider": "anthropic",
  "llm.output_messages.0.message.content": "Yes.",
  "llm.token_count.prompt": 2_312,
  "llm.token_count.completion": 5,
  "llm.token_count.total": 2_317,
  "llm.token_count.prompt_details.cache_read": 2_000,
  "llm.token_count.prompt_details.cache_write": 300,
};

describe.each(INSTALLED["@anthropic-ai/sdk"] ?? [])("%s", (name) => {
  test("an answer with the cache's tokens", async () => {
    const { default: Anthropic } = (await import(name)) as { default: New<AnthropicClient> };
    const anthropic = new Anthropic({ apiKey: "sk-ant-test", baseURL: server.url, maxRetries: 0 });
    server.reply({ json: cached });
    const ask = traceLLM((request: object) => anthropic.messages.create(request), { name });
    await ask({ model: "claude-sonnet-4-5", max_tokens: 10, messages });
    expect(recorded.attributes(name)).toMatchObject(CACHED);
  });
});

interface GoogleClient {
  models: { generateContentStream(request: object): Promise<AsyncIterable<unknown>> };
}

describe.each(INSTALLED["@google/genai"] ?? [])("%s", (name) => {
  test("a streamed answer", async () => {
    const { GoogleGenAI } = (await import(name)) as { GoogleGenAI: New<GoogleClient> };
    const google = new GoogleGenAI({ apiKey: "test", httpOptions: { baseUrl: server.url } });
    server.reply(googleRecordings.streamedText);
    const ask = traceLLM((request: object) => google.models.generateContentStream(request), { name });
    for await (const chunk of await ask({ model: "gemini-2.5-flash", contents: "hi" })) void chunk;
    expect(recorded.attributes(name)["llm.output_messages.0.message.role"]).toBe("model");
    expect(recorded.attributes(name)["llm.token_count.total"]).toBeGreaterThan(0);
  });
});

interface AiSdk {
  generateText(request: object): Promise<unknown>;
  streamText(request: object): { textStream: AsyncIterable<string> };
}
type CreateProvider = (options: object) => (model: string) => object;

describe.each([
  ["ai4", "ai4-anthropic"],
  ["ai5", "ai5-anthropic"],
  ["ai", "@ai-sdk/anthropic"],
  ["ai7", "ai7-anthropic"],
])("%s over Anthropic", (name, provider) => {
  let sdk: AiSdk;
  let model: object;
  beforeAll(async () => {
    sdk = (await import(name)) as AiSdk;
    const { createAnthropic } = (await import(provider)) as { createAnthropic: CreateProvider };
    model = createAnthropic({ apiKey: "key", baseURL: `${server.url}/v1` })("claude-sonnet-4-5");
  });

  test("generateText counts what the cache gave and took", async () => {
    server.reply({ json: cached });
    await traceLLM((request: object) => sdk.generateText(request), { name })({ model, prompt: "hi" });
    expect(recorded.attributes(name)).toMatchObject(CACHED);
  });

  test("streamText counts it, too", async () => {
    const { usage, content: _content, ...message } = cached;
    const { output_tokens, ...input } = usage;
    server.reply({
      events: [
        {
          type: "message_start",
          message: { ...message, content: [], usage: { ...input, output_tokens: 1 } },
        },
        { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
        { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Yes." } },
        { type: "content_block_stop", index: 0 },
        { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens } },
        { type: "message_stop" },
      ].map((data) => ({ event: data.type, data })),
    });
    const stream = traceLLM((request: object) => sdk.streamText(request), { name });
    for await (const text of stream({ model, prompt: "hi" }).textStream) void text;
    expect(recorded.attributes(name)).toMatchObject({ ...CACHED, "output.value": "Yes." });
  });
});

describe.each([
  ["ai4", "ai4-openai"],
  ["ai5", "ai5-openai"],
  ["ai", "@ai-sdk/openai"],
  ["ai7", "ai7-openai"],
])("%s over OpenAI", (name, provider) => {
  test("counts cached and reasoning tokens", async () => {
    const sdk = (await import(name)) as AiSdk;
    const { createOpenAI } = (await import(provider)) as {
      createOpenAI: (options: object) => { chat: (model: string) => object };
    };
    const model = createOpenAI({ apiKey: "key", baseURL: `${server.url}/v1` }).chat("gpt-4o");
    server.reply(chatRecordings.text);
    await traceLLM((request: object) => sdk.generateText(request), { name })({ model, prompt: "hi" });
    expect(recorded.attributes(name)).toMatchObject({
      "llm.provider": "openai",
      "llm.token_count.prompt": 1_117,
      "llm.token_count.completion": 46,
      "llm.token_count.prompt_details.cache_read": 1_024,
      "llm.token_count.completion_details.reasoning": 12,
    });
  });
});
