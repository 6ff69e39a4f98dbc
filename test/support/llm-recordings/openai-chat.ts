// Answers of OpenAI Chat Completions, in the shape of its API reference.
import { chatEvents, type Recording } from "../llm-server.ts";

const completion = {
  id: "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
  object: "chat.completion",
  created: 1_741_569_952,
  model: "gpt-4o-2024-08-06",
  service_tier: "default",
  system_fingerprint: "fp_50cad350e4",
};

const usage = {
  prompt_tokens: 1_117,
  completion_tokens: 46,
  total_tokens: 1_163,
  prompt_tokens_details: { cached_tokens: 1_024, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 12,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

export const text = {
  json: {
    ...completion,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "Paris.", refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage,
  },
} satisfies Recording;

export const toolCalls: Recording = {
  json: {
    ...completion,
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: null,
          refusal: null,
          tool_calls: [
            {
              id: "call_abc123",
              type: "function",
              function: { name: "get_weather", arguments: '{"city":"Paris"}' },
            },
            {
              id: "call_abc124",
              type: "custom",
              custom: { name: "note", input: "bring an umbrella" },
            },
          ],
        },
        logprobs: null,
        finish_reason: "tool_calls",
      },
    ],
    usage,
  },
};

export const twoChoices: Recording = {
  json: {
    ...completion,
    choices: [
      { index: 0, message: { role: "assistant", content: "Heads.", refusal: null }, finish_reason: "stop" },
      { index: 1, message: { role: "assistant", content: "Tails.", refusal: null }, finish_reason: "length" },
    ],
    usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
  },
};

export const refusal: Recording = {
  json: {
    ...completion,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: null, refusal: "I can't help with that." },
        finish_reason: "stop",
      },
    ],
  },
};

/** `UklGRg…` is the start of a WAV file. */
export const audio: Recording = {
  json: {
    ...completion,
    model: "gpt-4o-audio-preview-2025-06-03",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: null,
          refusal: null,
          audio: {
            id: "audio_6829c1",
            data: "UklGRiQAAABXQVZFZm10IA==",
            expires_at: 1_741_573_552,
            transcript: "Hello there.",
          },
        },
        finish_reason: "stop",
      },
    ],
    usage: {
      prompt_tokens: 40,
      completion_tokens: 60,
      total_tokens: 100,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 25 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 45 },
    },
  },
};

const chunk = {
  id: "chatcmpl-123",
  object: "chat.completion.chunk",
  created: 1_694_268_190,
  model: "gpt-4o-mini-2024-07-18",
  system_fingerprint: "fp_44709d6fcb",
};

const delta = (part: unknown, finish_reason: string | null = null, index = 0) => ({
  ...chunk,
  choices: [{ index, delta: part, logprobs: null, finish_reason }],
  usage: null,
});

/** With `stream_options: { include_usage: true }`: the last chunk has the usage and no choice. */
export const streamedText: Recording = chatEvents(
  delta({ role: "assistant", content: "", refusal: null }),
  delta({ content: "Hel" }),
  delta({ content: "lo" }),
  delta({ content: " world" }),
  delta({}, "stop"),
  { ...chunk, choices: [], usage },
);

export const streamedToolCalls: Recording = chatEvents(
  delta({
    role: "assistant",
    content: null,
    tool_calls: [
      { index: 0, id: "call_1", type: "function", function: { name: "get_weather", arguments: "" } },
    ],
  }),
  delta({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
  delta({ tool_calls: [{ index: 0, function: { arguments: '"Paris"}' } }] }),
  delta({
    tool_calls: [
      { index: 1, id: "call_2", type: "function", function: { name: "get_weather", arguments: "" } },
    ],
  }),
  delta({ tool_calls: [{ index: 1, function: { arguments: '{"city":"Rome"}' } }] }),
  delta({}, "tool_calls"),
  { ...chunk, choices: [], usage: { prompt_tokens: 80, completion_tokens: 30, total_tokens: 110 } },
);

export const streamedTwoChoices: Recording = chatEvents(
  delta({ role: "assistant", content: "" }, null, 0),
  delta({ role: "assistant", content: "" }, null, 1),
  delta({ content: "Ta" }, null, 1),
  delta({ content: "Heads." }, null, 0),
  delta({ content: "ils." }, null, 1),
  delta({}, "stop", 0),
  delta({}, "stop", 1),
);

/** DeepSeek's and other servers' reasoning, in the same shape. */
export const streamedReasoning: Recording = chatEvents(
  { ...delta({ role: "assistant", content: null, reasoning_content: "Let me" }), model: "deepseek-reasoner" },
  { ...delta({ content: null, reasoning_content: " think." }), model: "deepseek-reasoner" },
  { ...delta({ content: "Four." }), model: "deepseek-reasoner" },
  {
    ...delta({}, "stop"),
    model: "deepseek-reasoner",
    usage: {
      prompt_tokens: 12,
      completion_tokens: 20,
      total_tokens: 32,
      prompt_cache_hit_tokens: 8,
      prompt_cache_miss_tokens: 4,
      completion_tokens_details: { reasoning_tokens: 15 },
    },
  },
);
