// The spans that Anthropic's own SDK records, and our wrapper around its calls.
import Anthropic from "@anthropic-ai/sdk";
import { afterEach, beforeEach, expect, it } from "vitest";
import { traceLLM } from "../../src/index.ts";
import { type LlmServer, startLlmServer } from "../support/llm-server.ts";
import { useForeignSpans } from "./foreign-spans.ts";

const spans = useForeignSpans();
let server: LlmServer;

beforeEach(async () => {
  server = await startLlmServer();
  server.reply({
    json: {
      id: "msg_1",
      type: "message",
      role: "assistant",
      model: "claude-x-1",
      content: [{ type: "text", text: "5 degrees" }],
      stop_reason: "end_turn",
      usage: {
        input_tokens: 15,
        output_tokens: 7,
        cache_read_input_tokens: 5,
        cache_creation_input_tokens: 0,
      },
    },
  });
});
afterEach(async () => {
  await server.close();
});

const REQUEST = {
  model: "claude-x",
  max_tokens: 100,
  system: "be brief",
  messages: [{ role: "user" as const, content: "Weather?" }],
};

const clientOf = (contentMode: "content" | undefined) =>
  new Anthropic({
    baseURL: server.url,
    apiKey: "none",
    maxRetries: 0,
    openTelemetry: { traces: { ...(contentMode && { contentMode }) } },
  });

const COUNTS = {
  "llm.token_count.prompt": 20,
  "llm.token_count.completion": 7,
  "llm.token_count.total": 27,
  "llm.token_count.prompt_details.cache_read": 5,
};

it("reads its spans: messages, parameters, tokens with the cached ones", async () => {
  await clientOf("content").messages.create(REQUEST);
  await spans.provider.forceFlush();
  const [span, more] = spans.receiver.spans;
  expect(more).toBeUndefined();
  expect(span!.attributes).toMatchObject({
    ...COUNTS,
    "openinference.span.kind": "LLM",
    "llm.provider": "anthropic",
    "llm.model_name": "claude-x-1",
    "llm.input_messages.0.message.role": "system",
    "llm.input_messages.0.message.content": "be brief",
    "llm.input_messages.1.message.content": "Weather?",
    "llm.output_messages.0.message.content": "5 degrees",
  });
});

it.each([
  ["content", { "llm.input_messages.1.message.content": "Weather?" }],
  [undefined, { "llm.input_messages.1.message.content": "Weather?" }],
] as const)(
  "leaves one LLM span with tokens and messages of a wrapped call (content: %s)",
  async (mode, asked) => {
    const client = clientOf(mode);
    await traceLLM(async (request: typeof REQUEST) => client.messages.create(request), { name: "ours" })(
      REQUEST,
    );
    await spans.provider.forceFlush();
    const llm = spans.receiver.spans.filter(
      ({ attributes }) => attributes["openinference.span.kind"] === "LLM",
    );
    expect(llm).toHaveLength(1);
    expect(llm[0]?.attributes).toMatchObject({ ...COUNTS, ...asked });
    expect(llm[0]?.name === "ours").toBe(mode === undefined);
    const counted = spans.receiver.spans.filter(({ attributes }) => "llm.token_count.prompt" in attributes);
    expect(counted).toHaveLength(1);
  },
);
