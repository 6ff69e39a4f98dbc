// Answers of Anthropic's Messages API, in the shape of its API reference.
import { typedEvents, type Recording } from "../llm-server.ts";

const message = {
  id: "msg_01XFDUDYJgAACzvnptvVoYEL",
  type: "message",
  role: "assistant",
  model: "claude-opus-4-8",
  stop_sequence: null,
};

/** 2,095 tokens of prompt, of which 2,048 came from the cache and 30 were written to it. */
const usage = {
  input_tokens: 17,
  cache_creation_input_tokens: 30,
  cache_read_input_tokens: 2_048,
  cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 0 },
  output_tokens: 58,
  output_tokens_details: { thinking_tokens: 21 },
  server_tool_use: null,
  service_tier: "standard",
};

export const text: Recording = {
  json: {
    ...message,
    content: [{ type: "text", text: "Hello!" }],
    stop_reason: "end_turn",
    usage,
  },
};

export const thinkingAndToolUse: Recording = {
  json: {
    ...message,
    content: [
      { type: "thinking", thinking: "The user wants the weather.", signature: "EqQBCgIYAhIM" },
      { type: "redacted_thinking", data: "EmwKAhgBEgy3" },
      { type: "text", text: "I'll check." },
      {
        type: "tool_use",
        id: "toolu_01D7FLrfh4GYq7yT1ULFeyMV",
        name: "get_weather",
        input: { city: "Paris" },
      },
    ],
    stop_reason: "tool_use",
    usage,
  },
};

const start = {
  type: "message_start",
  message: {
    ...message,
    content: [],
    stop_reason: null,
    usage: {
      input_tokens: 17,
      cache_creation_input_tokens: 30,
      cache_read_input_tokens: 2_048,
      output_tokens: 1,
      service_tier: "standard",
    },
  },
};

const block = (index: number, content_block: unknown) => ({
  type: "content_block_start",
  index,
  content_block,
});
const delta = (index: number, change: unknown) => ({ type: "content_block_delta", index, delta: change });
const stop = (index: number) => ({ type: "content_block_stop", index });

export const streamedText: Recording = typedEvents(
  start,
  block(0, { type: "text", text: "" }),
  { type: "ping" },
  delta(0, { type: "text_delta", text: "Hel" }),
  delta(0, { type: "text_delta", text: "lo!" }),
  stop(0),
  {
    type: "message_delta",
    delta: { stop_reason: "end_turn", stop_sequence: null },
    usage: { output_tokens: 15 },
  },
  { type: "message_stop" },
);

export const streamedThinkingAndToolUse: Recording = typedEvents(
  start,
  block(0, { type: "thinking", thinking: "", signature: "" }),
  delta(0, { type: "thinking_delta", thinking: "The user wants " }),
  delta(0, { type: "thinking_delta", thinking: "the weather." }),
  delta(0, { type: "signature_delta", signature: "EqQBCgIYAhIM" }),
  stop(0),
  block(1, { type: "text", text: "" }),
  delta(1, { type: "text_delta", text: "I'll check." }),
  stop(1),
  block(2, { type: "tool_use", id: "toolu_01T1x1fJ34qAmk2tNTrN7Up6", name: "get_weather", input: {} }),
  delta(2, { type: "input_json_delta", partial_json: "" }),
  delta(2, { type: "input_json_delta", partial_json: '{"city":' }),
  delta(2, { type: "input_json_delta", partial_json: ' "Paris"}' }),
  stop(2),
  {
    type: "message_delta",
    delta: { stop_reason: "tool_use", stop_sequence: null },
    usage: {
      input_tokens: 17,
      cache_creation_input_tokens: 30,
      cache_read_input_tokens: 2_048,
      output_tokens: 58,
      output_tokens_details: { thinking_tokens: 21 },
    },
  },
  { type: "message_stop" },
);
