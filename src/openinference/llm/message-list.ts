// Functions of a program's own around an SDK: `(messages, options)` in, one message out, in any provider's words.
import type { LlmDescription, LlmMessage } from "./llm-description.ts";
import { readMessages as readAiSdkMessages } from "./ai-sdk/ai-sdk-messages.ts";
import { readMessages as readAnthropicMessages } from "./anthropic/anthropic-messages.ts";
import { readContents } from "./google-genai/google-genai.ts";
import { invocationParameters } from "./invocation-parameters.ts";
import type { LlmShape } from "./llm-shape.ts";
import { readMessage as readChatMessage } from "./openai-chat/openai-chat.ts";
import { readItems } from "./openai-responses/openai-responses-items.ts";
import { asList, asRecord, asRecords, asText, type ReadRecord } from "../read-value.ts";

/** One bare message as the answer: `completion.choices[0].message`, or its like. It has no stream of its own. */
export const messageList: LlmShape = {
  request: () => undefined,
  response(value) {
    const role = value["role"];
    if (role !== "assistant" && role !== "model") return undefined;
    const isMessage = "content" in value || "parts" in value || "tool_calls" in value;
    if (!isMessage) return undefined;
    return {
      get outputMessages() {
        return readAnyMessage(value);
      },
    };
  },
  isChunk: () => false,
  createFold: () => ({ add: () => undefined, result: () => ({}), text: () => undefined }),
};

/** Whether an argument is a list of chat messages. */
export function isMessageList(value: unknown): boolean {
  const items = asList(value);
  return (
    items.length > 0 &&
    items.every((item) => {
      const record = asRecord(item);
      return (
        typeof record?.["role"] === "string" &&
        ("content" in record || "parts" in record || "tool_calls" in record)
      );
    })
  );
}

/** Reads a list of chat messages. */
export function readMessageList(value: unknown): LlmMessage[] {
  return asRecords(value).flatMap(readAnyMessage);
}

/** Members that say an options object beside messages is about the model. */
const PARAMETERS = [
  "temperature",
  "top_p",
  "topP",
  "max_tokens",
  "maxTokens",
  "maxOutputTokens",
  "max_output_tokens",
];

/** Reads the options beside a list of messages; only a plain object can be one: an instance may hold a key. */
export function readOptions(value: unknown): LlmDescription | undefined {
  const record = asRecord(value);
  if (record === undefined || Object.getPrototypeOf(record) !== Object.prototype) return undefined;
  const model = asText(record["model"]);
  if (model === undefined && !PARAMETERS.some((name) => name in record)) return undefined;
  return { model, invocationParameters: invocationParameters(record, ["messages", "tools"]) };
}

/** The words that only one provider's parts have; a message without any reads the same in OpenAI's way. */
const PART_READERS: readonly (readonly [types: RegExp, read: (message: ReadRecord) => LlmMessage[]])[] = [
  [/^(?:input_|output_)/, (message) => readItems([message])],
  [/^(?:tool-call|tool-result|file|reasoning|image-data|media)$/, readAiSdkMessages],
  [/^(?:tool_use|tool_result|thinking|redacted_thinking|document)$/, readAnthropicMessages],
];

function readAnyMessage(message: ReadRecord): LlmMessage[] {
  if (Array.isArray(message["parts"])) return readContents([message]);
  const parts = asRecords(message["content"]);
  for (const part of parts) {
    const type = asText(part["type"]) ?? "";
    if (type === "image")
      return "source" in part ? readAnthropicMessages(message) : readAiSdkMessages(message);
    const row = PART_READERS.find(([types]) => types.test(type));
    if (row !== undefined && !("file" in part) && !("input_audio" in part)) return row[1](message);
  }
  return [readChatMessage(message)];
}
