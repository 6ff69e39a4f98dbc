// The messages of the Claude Agent SDK's query(), as its types have them: the SDK itself starts a program.
import { expect, onTestFinished, test } from "vitest";
import { traceLLM } from "../../../src/index.ts";
import { recordSpans } from "../../decorators/support/recorded-spans.ts";
import { readRequest, readStream, readWhole } from "./read-call.ts";

const at = { session_id: "s1", uuid: "u1", parent_tool_use_id: null };
const model = "claude-sonnet-4-5-20250929";
const usage = { input_tokens: 10, cache_read_input_tokens: 900, cache_creation_input_tokens: 90 };
const assistant = (id: string, block: object): object => ({
  ...at,
  type: "assistant",
  message: {
    id,
    type: "message",
    role: "assistant",
    model,
    content: [block],
    usage: { ...usage, output_tokens: 5 },
  },
});

const session = [
  { ...at, type: "system", subtype: "init", model, tools: ["Read"], cwd: "." },
  assistant("m1", { type: "thinking", thinking: "Read it.", signature: "sig" }),
  assistant("m1", { type: "tool_use", id: "t1", name: "Read", input: { file: "a.md" } }),
  {
    ...at,
    type: "user",
    message: { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "Sverige" }] },
  },
  assistant("m2", { type: "text", text: "Sweden." }),
];

const result = {
  ...at,
  type: "result",
  subtype: "success",
  is_error: false,
  num_turns: 2,
  result: "Sweden.",
  stop_reason: "end_turn",
  total_cost_usd: 0.0123,
  usage: {
    input_tokens: 20,
    cache_read_input_tokens: 1_800,
    cache_creation_input_tokens: 180,
    output_tokens: 12,
  },
  modelUsage: { "claude-haiku-4-5": { outputTokens: 1 }, [model]: { outputTokens: 11 } },
};

const request = {
  prompt: "Which country?",
  options: { model: "sonnet", systemPrompt: "Be brief.", maxTurns: 3, env: { TOKEN: "secret" } },
};

const REQUEST = {
  "llm.provider": "anthropic",
  "llm.system": "anthropic",
  "llm.invocation_parameters": '{"model":"sonnet","maxTurns":3}',
  "llm.input_messages.0.message.role": "system",
  "llm.input_messages.0.message.content": "Be brief.",
  "llm.input_messages.1.message.role": "user",
  "llm.input_messages.1.message.content": "Which country?",
};

const RESULT = {
  "llm.model_name": model,
  "llm.finish_reason": "end_turn",
  "llm.token_count.prompt": 2_000,
  "llm.token_count.completion": 12,
  "llm.token_count.total": 2_012,
  "llm.token_count.prompt_details.cache_read": 1_800,
  "llm.token_count.prompt_details.cache_write": 180,
  "llm.cost.total": 0.0123,
};

const MESSAGES = {
  "llm.output_messages.0.message.role": "assistant",
  "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
  "llm.output_messages.0.message.contents.0.message_content.text": "Read it.",
  "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "Read",
  "llm.output_messages.1.message.role": "tool",
  "llm.output_messages.1.message.tool_call_id": "t1",
  "llm.output_messages.1.message.content": "Sverige",
  "llm.output_messages.2.message.role": "assistant",
  "llm.output_messages.2.message.content": "Sweden.",
};

async function* query(messages: readonly object[]): AsyncGenerator<object> {
  await Promise.resolve();
  yield* messages;
}

test("reads the prompt and its options, without the environment", () => {
  expect(readRequest([request])).toMatchObject(REQUEST);
});

test("a prompt that is a stream of messages is left to the SDK", () => {
  let isRead = false;
  const prompt = {
    [Symbol.asyncIterator]() {
      isRead = true;
      return query([]);
    },
  };
  expect(readRequest([{ ...request, prompt }])).toMatchObject({
    "llm.input_messages.0.message.content": "Be brief.",
  });
  expect(isRead).toBe(false);
});

test("folds a session: blocks of one answer together, results of tools, all tokens and the cost", async () => {
  const read = await readStream(request, query([...session, result]));
  expect(read.text).toBe("Sweden.");
  expect(read.attributes).toMatchObject({ ...REQUEST, ...RESULT, ...MESSAGES });
});

test("a session cut short has the tokens of its answers", async () => {
  const read = await readStream(request, query(session));
  expect(read.text).toBe("Sweden.");
  expect(read.attributes).toMatchObject({ ...MESSAGES, "llm.token_count.prompt": 2_000 });
});

test("partial messages are the answer as long as the whole one has not come", async () => {
  const event = (data: object): object => ({ ...at, type: "stream_event", event: data });
  const partial = [
    event({ type: "message_start", message: { role: "assistant", model } }),
    event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
    event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Swe" } }),
  ];
  expect((await readStream(request, query(partial))).text).toBe("Swe");
  const whole = await readStream(
    request,
    query([...partial, assistant("m1", { type: "text", text: "Sweden." })]),
  );
  expect(whole.text).toBe("Sweden.");
  expect(whole.attributes).not.toHaveProperty("llm.output_messages.1.message.role");
});

test("reads the result alone, as a function gives that keeps the last message", () => {
  expect(readWhole(request, result)).toMatchObject({
    ...RESULT,
    "llm.output_messages.0.message.content": "Sweden.",
  });
});

test("a session that failed is the span's error", async () => {
  const recorded = recordSpans();
  onTestFinished(() => recorded.stop());
  const failed = {
    ...result,
    subtype: "error_max_turns",
    is_error: true,
    result: undefined,
    errors: ["3 turns"],
  };
  const ask = traceLLM((_request: typeof request) => query([...session, failed]), { name: "ask" });
  for await (const message of ask(request)) void message;
  expect(recorded.one("ask").status).toMatchObject({ code: 2, message: "3 turns" });
  expect(recorded.one("ask").events[0]?.attributes).toMatchObject({ "exception.type": "error_max_turns" });
});
