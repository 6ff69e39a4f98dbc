// Two traced chats through the real OpenAI SDK, a loopback server in place of the model, and what must be stored of them.
import OpenAI from "openai";
import { traceLLM, type TraceWrapper } from "../../src/index.ts";
import * as recordings from "./llm-recordings/openai-chat.ts";
import { startLlmServer } from "./llm-server.ts";

export interface TracedChats {
  /** A whole answer with two tool calls: one LLM span named `"tool-chat"`. */
  toolChat(): Promise<void>;
  /** An answer streamed to its end: one LLM span named `"streamed-chat"`. */
  streamedChat(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the model's stand-in; `wrap` traces, e.g. `traceLLM` or a tracer's own `llm`. */
export async function startTracedChats(wrap: TraceWrapper = traceLLM): Promise<TracedChats> {
  const server = await startLlmServer();
  const openai = new OpenAI({ apiKey: "sk-test", baseURL: `${server.url}/v1`, maxRetries: 0 });
  const complete = wrap(
    (request: OpenAI.ChatCompletionCreateParamsNonStreaming) => openai.chat.completions.create(request),
    { name: "tool-chat" },
  );
  const stream = wrap(
    (request: OpenAI.ChatCompletionCreateParamsStreaming) => openai.chat.completions.create(request),
    { name: "streamed-chat" },
  );
  return {
    async toolChat() {
      server.reply(recordings.toolCalls);
      await complete({
        model: "gpt-4o",
        temperature: 0.25,
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Weather in Paris?" },
        ],
        tools: [{ type: "function", function: { name: "get_weather", description: "Weather of a city" } }],
      });
    },
    async streamedChat() {
      server.reply(recordings.streamedText);
      const chunks = await stream({
        model: "gpt-4o-mini",
        messages: [{ role: "user", content: "Hello?" }],
        stream: true,
        stream_options: { include_usage: true },
      });
      for await (const chunk of chunks) void chunk;
    },
    close: () => server.close(),
  };
}

const USAGE = {
  "llm.token_count.prompt": 1117,
  "llm.token_count.completion": 46,
  "llm.token_count.total": 1163,
  "llm.token_count.prompt_details.cache_read": 1024,
  "llm.token_count.prompt_details.audio": 0,
  "llm.token_count.completion_details.reasoning": 12,
  "llm.token_count.completion_details.audio": 0,
};

/** Attributes that `toolChat` must leave on its span. */
export const TOOL_CHAT = {
  "llm.model_name": "gpt-4o-2024-08-06",
  "llm.provider": "openai",
  "llm.system": "openai",
  "llm.invocation_parameters": '{"model":"gpt-4o","temperature":0.25}',
  "llm.tools.0.tool.name": "get_weather",
  "llm.tools.0.tool.description": "Weather of a city",
  "llm.tools.0.tool.json_schema":
    '{"type":"function","function":{"name":"get_weather","description":"Weather of a city"}}',
  "llm.input_messages.0.message.role": "system",
  "llm.input_messages.0.message.content": "Be brief.",
  "llm.input_messages.1.message.role": "user",
  "llm.input_messages.1.message.content": "Weather in Paris?",
  "llm.output_messages.0.message.role": "assistant",
  "llm.output_messages.0.message.tool_calls.0.tool_call.id": "call_abc123",
  "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "get_weather",
  "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"city":"Paris"}',
  "llm.output_messages.0.message.tool_calls.1.tool_call.id": "call_abc124",
  "llm.output_messages.0.message.tool_calls.1.tool_call.function.name": "note",
  "llm.output_messages.0.message.tool_calls.1.tool_call.function.arguments": "bring an umbrella",
  "llm.finish_reason": "tool_calls",
  "input.mime_type": "application/json",
  "output.mime_type": "application/json",
  ...USAGE,
};

/** Attributes that `streamedChat` must leave on its span. */
export const STREAMED_CHAT = {
  "llm.model_name": "gpt-4o-mini-2024-07-18",
  "llm.provider": "openai",
  "llm.system": "openai",
  "llm.invocation_parameters":
    '{"model":"gpt-4o-mini","stream":true,"stream_options":{"include_usage":true}}',
  "llm.input_messages.0.message.role": "user",
  "llm.input_messages.0.message.content": "Hello?",
  "llm.output_messages.0.message.role": "assistant",
  "llm.output_messages.0.message.content": "Hello world",
  "llm.finish_reason": "stop",
  "output.value": "Hello world",
  "output.mime_type": "text/plain",
  ...USAGE,
};
