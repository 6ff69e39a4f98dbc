// The servers that speak OpenAI's shape in words of their own: tokens, cost, vendors, pieces of streams.
import Groq from "groq-sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chatEvents, startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import { readLlmCall, readRequest, readStream, readWhole } from "./read-call.ts";

const request = { model: "some-model", messages: [{ role: "user", content: "Hello?" }] };

const completion = (usage: unknown, more: object = {}): object => ({
  id: "c1",
  object: "chat.completion",
  model: request.model,
  choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
  usage,
  ...more,
});

const chunk = (delta: object, more: object = {}, choice: object = {}): object => ({
  id: "c1",
  object: "chat.completion.chunk",
  model: request.model,
  choices: [{ index: 0, delta, finish_reason: null, ...choice }],
  ...more,
});

async function* stream(chunks: readonly object[]): AsyncGenerator<object> {
  await Promise.resolve();
  yield* chunks;
}

/** Counts and costs by their names behind `llm.`. */
function countsOf(attributes: object): Record<string, unknown> {
  const entries = Object.entries(attributes).filter(([key]) => /token_count|cost/.test(key));
  return Object.fromEntries(
    entries.map(([key, value]) => [key.replace(/^llm\.(?:token_count\.)?/, ""), value]),
  );
}

const COUNTS = { prompt: 40, completion: 12, total: 52 };
const plain = { prompt_tokens: 40, completion_tokens: 12, total_tokens: 52 };

const DIALECTS: readonly (readonly [name: string, usage: object, counts: object])[] = [
  [
    "xAI counts reasoning beside the completion",
    { ...plain, total_tokens: 352, completion_tokens_details: { reasoning_tokens: 300 } },
    { prompt: 40, completion: 312, total: 352, "completion_details.reasoning": 300 },
  ],
  [
    "OpenAI counts reasoning within",
    { ...plain, completion_tokens_details: { reasoning_tokens: 10 } },
    { ...COUNTS, "completion_details.reasoning": 10 },
  ],
  ["DeepSeek", { ...plain, prompt_cache_hit_tokens: 32 }, { ...COUNTS, "prompt_details.cache_read": 32 }],
  ["Moonshot", { ...plain, cached_tokens: 32 }, { ...COUNTS, "prompt_details.cache_read": 32 }],
  [
    "LiteLLM before Anthropic",
    { ...plain, cache_read_input_tokens: 20, cache_creation_input_tokens: 8 },
    { ...COUNTS, "prompt_details.cache_read": 20, "prompt_details.cache_write": 8 },
  ],
  [
    "OpenRouter",
    {
      ...plain,
      prompt_tokens_details: { cached_tokens: 20, cache_write_tokens: 8, audio_tokens: 1 },
      cost: 0.00042,
      is_byok: false,
      cost_details: {
        upstream_inference_cost: null,
        upstream_inference_prompt_cost: 0.0003,
        upstream_inference_completions_cost: 0.00012,
      },
    },
    {
      ...COUNTS,
      "prompt_details.cache_read": 20,
      "prompt_details.cache_write": 8,
      "prompt_details.audio": 1,
      "cost.prompt": 0.0003,
      "cost.completion": 0.00012,
      "cost.total": 0.00042,
    },
  ],
  [
    "OpenRouter with the caller's own key",
    { ...plain, cost: 0.5, is_byok: true, cost_details: { upstream_inference_cost: 10 } },
    { ...COUNTS, "cost.total": 10.5 },
  ],
  [
    "Perplexity",
    { ...plain, cost: { input_tokens_cost: 0.25, output_tokens_cost: 0.5, total_cost: 0.75 } },
    { ...COUNTS, "cost.prompt": 0.25, "cost.completion": 0.5, "cost.total": 0.75 },
  ],
  ["xAI's cost", { ...plain, cost_in_usd_ticks: 5_000_000_000 }, { ...COUNTS, "cost.total": 0.5 }],
];

describe.each(DIALECTS)("tokens and cost: %s", (_name, usage, counts) => {
  test("whole", () => {
    expect(countsOf(readWhole(request, completion(usage)))).toEqual(counts);
  });

  test("streamed", async () => {
    const { attributes } = await readStream(
      request,
      stream([chunk({ content: "Hi" }), chunk({}, { usage })]),
    );
    expect(countsOf(attributes)).toEqual(counts);
  });
});

test.each([
  ["in x_groq", [chunk({ content: "Hi" }), chunk({}, { x_groq: { id: "r", usage: plain } })]],
  ["in the last choice", [chunk({ content: "Hi" }), chunk({}, {}, { usage: plain, finish_reason: "stop" })]],
  ["in a chunk without choices", [chunk({ content: "Hi" }), { ...chunk({}), choices: [], usage: plain }]],
  [
    "with every chunk, growing",
    [
      chunk({ content: "H" }, { usage: { ...plain, completion_tokens: 1, total_tokens: 41 } }),
      chunk({ content: "i" }, { usage: plain }),
    ],
  ],
  [
    "in parts",
    [
      chunk({ content: "Hi" }, { usage: { prompt_tokens: 40, completion_tokens: null } }),
      chunk({}, { usage: { completion_tokens: 12, total_tokens: 52 } }),
    ],
  ],
  [
    "and zeros after it",
    [
      chunk({ content: "Hi" }, { usage: plain }),
      chunk({}, { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } }),
    ],
  ],
])("reads a stream's usage %s", async (_place, chunks) => {
  expect(countsOf((await readStream(request, stream(chunks))).attributes)).toEqual(COUNTS);
});

describe("groq-sdk", () => {
  let server: LlmServer;
  let groq: Groq;
  beforeAll(async () => {
    server = await startLlmServer();
    groq = new Groq({ apiKey: "key", baseURL: server.url, maxRetries: 0 });
  });
  afterAll(() => server.close());

  const asked = { model: "openai/gpt-oss-20b", messages: [{ role: "user" as const, content: "Hi" }] };
  const usage = { ...plain, queue_time: 0.1, prompt_time: 0.1, completion_time: 0.1, total_time: 0.2 };
  const ANSWER = {
    "llm.model_name": "openai/gpt-oss-20b",
    "llm.provider": "groq",
    "llm.system": "openai",
    "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
    "llm.output_messages.0.message.contents.0.message_content.text": "Hm.",
    "llm.output_messages.0.message.contents.1.message_content.text": "Good day",
    "llm.token_count.total": 52,
  };

  test("whole and streamed", async () => {
    const message = { role: "assistant", content: "Good day", reasoning: "Hm." };
    const choices = [{ index: 0, message, finish_reason: "stop", logprobs: null }];
    const x_groq = { id: "r" };
    server.reply(
      { json: completion(usage, { model: asked.model, choices, x_groq }) },
      chatEvents(
        chunk({ role: "assistant", content: "" }, { model: asked.model, x_groq }),
        chunk({ reasoning: "Hm." }, { model: asked.model }),
        chunk({ content: "Good day" }, { model: asked.model }),
        chunk({}, { model: asked.model, x_groq: { id: "r", usage } }, { finish_reason: "stop" }),
      ),
    );
    expect(readWhole(asked, await groq.chat.completions.create(asked))).toMatchObject(ANSWER);
    const read = await readStream(asked, await groq.chat.completions.create({ ...asked, stream: true }));
    expect(read.attributes).toMatchObject(ANSWER);
  });
});

const piece = (call: object): object => chunk({ tool_calls: [call] });
const named = (name: string, args: string): object => ({ name, arguments: args });
const BOTH = [
  { id: "f1", name: "forecast", arguments: { town: "Visby" } },
  { id: "f2", name: "tide", arguments: { harbour: "Ystad" } },
];
const first = { id: "f1", type: "function", function: named("forecast", '{"town":"Visby"}') };
const second = { id: "f2", type: "function", function: named("tide", '{"harbour":"Ystad"}') };

test.each([
  ["with the same index", [piece({ ...first, index: 0 }), piece({ ...second, index: 0 })]],
  ["without an index", [piece(first), piece(second)]],
  ["without an index, in one chunk", [chunk({ tool_calls: [first, second] })]],
  [
    "in pieces with the same index, told apart by id",
    [
      piece({ index: 0, id: "f1", function: named("forecast", '{"town":') }),
      piece({ index: 0, id: "f2", function: named("tide", '{"harbour":') }),
      piece({ index: 0, id: "f1", function: { arguments: '"Visby"}' } }),
      piece({ index: 0, id: "f2", function: { arguments: '"Ystad"}' } }),
    ],
  ],
  [
    "interleaved by index",
    [
      piece({ index: 0, id: "f1", function: named("forecast", "") }),
      piece({ index: 1, id: "f2", function: named("tide", "") }),
      piece({ index: 0, function: { arguments: '{"town":' } }),
      piece({ index: 1, function: { arguments: '{"harbour":' } }),
      piece({ index: 0, function: { arguments: '"Visby"}' } }),
      piece({ index: 1, function: { arguments: '"Ystad"}' } }),
    ],
  ],
  [
    "with a name that is repeated",
    [
      piece({ index: 0, id: "f1", function: named("forecast", '{"town":') }),
      piece({ index: 0, id: "f1", function: named("forecast", '"Visby"}') }),
      piece({ index: 1, id: "f2", function: named("tide", '{"harbour":') }),
      piece({ index: 1, function: named("tide", '"Ystad"}') }),
    ],
  ],
  [
    "with another id for each piece",
    [
      piece({ index: 0, id: "f1", function: named("forecast", '{"town":') }),
      piece({ index: 0, id: "x1", function: { arguments: '"Visby"}' } }),
      piece({ index: 1, id: "f2", function: named("tide", '{"harbour":') }),
      piece({ index: 1, id: "x2", function: { arguments: '"Ystad"}' } }),
    ],
  ],
  [
    "with arguments that are no text",
    [
      piece({ ...first, index: 0, function: { name: "forecast", arguments: { town: "Visby" } } }),
      piece({ ...second, index: 1 }),
    ],
  ],
])("folds parallel calls %s", async (_way, chunks) => {
  const read = await readStream(request, stream([...chunks, chunk({}, {}, { finish_reason: "tool_calls" })]));
  expect(read.output).toEqual(BOTH);
});

test("folds parallel calls without id that all have the index 0", async () => {
  const chunks = [
    piece({ index: 0, function: first.function }),
    piece({ index: 0, function: named("forecast", '{"town":"Ystad"}') }),
  ];
  expect((await readStream(request, stream(chunks))).output).toEqual([
    { name: "forecast", arguments: { town: "Visby" } },
    { name: "forecast", arguments: { town: "Ystad" } },
  ]);
});

describe("several answers in one stream", () => {
  const OF_TWO = {
    "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"town":"Visby"}',
    "llm.output_messages.1.message.content": "Rain.",
    "llm.finish_reason": "stop",
    "llm.token_count.prompt": 80,
    "llm.token_count.completion": 24,
    "llm.token_count.total": 104,
  };
  const turns = (id: string): object[] => [
    chunk({ role: "assistant", content: null, tool_calls: [{ ...first, index: 0 }] }),
    chunk({}, { usage: plain }, { finish_reason: "tool_calls" }),
    chunk({ role: "assistant", content: "Ra" }, { id }),
    chunk({ content: "in." }, { id }),
    chunk({}, { id, usage: plain }, { finish_reason: "stop" }),
  ];

  test.each(["c2", "c1"])("are messages of their own, by the id or the role: %s", async (id) => {
    const read = await readStream(request, stream(turns(id)));
    expect(read.text).toBe("Rain.");
    expect(read.attributes).toMatchObject(OF_TWO);
  });

  test("whole ones among them count once", async () => {
    const whole = completion(plain, {
      choices: [{ index: 0, message: { role: "assistant", content: "Rain." }, finish_reason: "stop" }],
    });
    const read = await readStream(request, stream([...turns("c2"), whole]));
    expect(read.attributes).toMatchObject(OF_TWO);
    expect(read.attributes).not.toHaveProperty("llm.output_messages.2.message.role");
    const alone = await readStream(request, stream([completion(plain), whole]));
    expect(alone.text).toBe("Rain.");
    expect(alone.attributes).toMatchObject({ "llm.output_messages.0.message.content": "Hi" });
  });

  test("a server that ends every chunk with a reason gives one answer", async () => {
    const end = { finish_reason: "stop" };
    const chunks = ["Ra", "in", "."].map((content) => chunk({ role: "assistant", content }, {}, end));
    const read = await readStream(request, stream(chunks));
    expect(read.attributes).toMatchObject({ "llm.output_messages.0.message.content": "Rain." });
    expect(read.attributes).not.toHaveProperty("llm.output_messages.1.message.role");
  });
});

test("reads and folds legacy completions", async () => {
  const asked = { model: "gpt-3.5-turbo-instruct", prompt: ["Once", "Twice"], max_tokens: 5 };
  const answer = (text: string, usage?: object): object => ({
    object: "text_completion",
    model: asked.model,
    choices: [{ index: 0, text, finish_reason: usage === undefined ? null : "stop" }],
    usage,
  });
  const CALL = {
    "llm.model_name": asked.model,
    "llm.provider": "openai",
    "llm.invocation_parameters": '{"model":"gpt-3.5-turbo-instruct","max_tokens":5}',
    "llm.input_messages.0.message.content": "Once",
    "llm.input_messages.1.message.content": "Twice",
    "llm.output_messages.0.message.content": "upon a time",
    "llm.token_count.total": 52,
  };
  expect(readWhole(asked, answer("upon a time", plain))).toMatchObject(CALL);
  const read = await readStream(asked, stream([answer("upon "), answer("a time"), answer("", plain)]));
  expect(read.text).toBe("upon a time");
  expect(read.attributes).toMatchObject(CALL);
  expect(readRequest([{ model: asked.model, prompt: "Once" }])).toMatchObject({ "llm.provider": "openai" });
});

test.each([
  ["gpt-4o", "openai", "openai"],
  ["o3-mini", "openai", "openai"],
  ["ft:gpt-4o-mini:me::1", "openai", "openai"],
  ["my-model", undefined, undefined],
  ["openrouter/auto", undefined, undefined],
  ["openai/gpt-4o", undefined, "openai"],
  ["openai/gpt-oss-20b", undefined, "openai"],
  ["anthropic/claude-sonnet-4.5", undefined, "anthropic"],
  ["llama-3.3-70b", undefined, "meta"],
  ["gemini-2.5-flash", undefined, undefined],
])("tells the vendor of %s", (model, provider, system) => {
  const attributes = readRequest([{ ...request, model }]);
  expect([attributes["llm.provider"], attributes["llm.system"]]).toEqual([provider, system]);
});

test.each([
  ["claude-sonnet-4-5", "anthropic", "anthropic"],
  ["anthropic.claude-sonnet-4-20250514-v1:0", "aws", "anthropic"],
  ["claude-sonnet-4@20250514", "google", "anthropic"],
  ["kimi-k2", undefined, undefined],
  ["deepseek-chat", undefined, "deepseek"],
])("tells the vendor of %s in Anthropic's shape", (model, provider, system) => {
  const answer = { type: "message", role: "assistant", model, content: [{ type: "text", text: "Hi" }] };
  const attributes = readLlmCall([]).response(answer);
  expect([attributes?.["llm.provider"], attributes?.["llm.system"]]).toEqual([provider, system]);
});

test("OpenRouter signs its answers", () => {
  expect(readWhole(request, completion(plain, { provider: "Anthropic" }))).toMatchObject({
    "llm.provider": "openrouter",
  });
});
