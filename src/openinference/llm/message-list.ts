// Chat messages outside of any provider's request: a list of them, or one alone, in any provider's words.
import type { LlmDescription, LlmMessage } from "./llm-description.ts";
import { readMessages as readAiSdkMessages } from "./ai-sdk/ai-sdk-messages.ts";
import { readUiMessage } from "./ai-sdk/ai-sdk-ui-messages.ts";
import { readMessages as readAnthropicMessages } from "./anthropic/anthropic-messages.ts";
import { readMessages as readBedrockMessages } from "./bedrock/bedrock-messages.ts";
import { readHistory as readCohereHistory } from "./cohere/cohere-v1.ts";
import { readContents } from "./google-genai/google-genai.ts";
import { isLangChainMessage, readLangChainMessage } from "./langchain/langchain-messages.ts";
import { readMessage as readChatMessage } from "./openai-chat/openai-chat.ts";
import { readItems } from "./openai-responses/openai-responses-items.ts";
import { asList, asRecord, asRecords, asText, type ReadRecord } from "../read-value.ts";

/** Whether a value is a list of chat messages; OpenAI's items without a role may stand among them. */
export function isMessageList(value: unknown): boolean {
  const items = asList(value);
  return items.some(isMessage) && items.every((item) => isMessage(item) || isItem(item));
}

function isMessage(value: unknown): boolean {
  const record = asRecord(value);
  if (record === undefined) return false;
  if (isLangChainMessage(record)) return true;
  return typeof record["role"] === "string" && MESSAGE_MEMBERS.some((member) => member in record);
}

const MESSAGE_MEMBERS = ["content", "parts", "tool_calls", "toolCalls", "message"];

/** The items of OpenAI Responses that are no message. */
function isItem(value: unknown): boolean {
  return ITEM.test(asText(asRecord(value)?.["type"]) ?? "");
}

const ITEM = /^(?:reasoning|item_reference|.*_call|.*_call_output)$/;

/** Reads a list of chat messages. */
export function readMessageList(value: unknown): LlmMessage[] {
  const records = asRecords(value);
  return records.some((record) => isItem(record) && !isMessage(record))
    ? readItems(records)
    : records.flatMap(readAnyMessage);
}

/** Whether an answer is one message: `completion.choices[0].message`, or its like. */
export function isBareMessage(value: ReadRecord): boolean {
  const role = value["role"];
  const isModel = role === "assistant" || role === "model";
  return isModel && ("content" in value || "parts" in value || "tool_calls" in value);
}

/** Describes an answer that is one message. */
export function readBareMessage(value: ReadRecord): LlmDescription {
  return {
    get outputMessages() {
      return readAnyMessage(value);
    },
  };
}

/** The words that only one provider's parts have; a message without any reads the same in OpenAI's way. */
const PART_READERS: readonly (readonly [types: RegExp, read: (message: ReadRecord) => LlmMessage[]])[] = [
  [/^(?:input_|output_)/, (message) => readItems([message])],
  [/^(?:tool-call|tool-result|tool-error|file|reasoning|image-data|image-url|media)$/, readAiSdkMessages],
  [/^(?:tool_use|tool_result|thinking|redacted_thinking|document)$/, readAnthropicMessages],
];

function readAnyMessage(message: ReadRecord): LlmMessage[] {
  if (isLangChainMessage(message)) return [readLangChainMessage(message)];
  if (Array.isArray(message["parts"])) {
    const isUi = asRecords(message["parts"]).some((part) => typeof part["type"] === "string");
    return isUi ? readUiMessage(message) : readContents([message]);
  }
  if (typeof message["message"] === "string" && !("content" in message)) return readCohereHistory([message]);
  const parts = asRecords(message["content"]);
  for (const part of parts) {
    const type = asText(part["type"]);
    if (type === undefined) return readBedrockMessages(message);
    if (type === "image")
      return "source" in part ? readAnthropicMessages(message) : readAiSdkMessages(message);
    // Mistral's thinking is a list.
    if (type === "thinking" && Array.isArray(part["thinking"])) break;
    const row = PART_READERS.find(([types]) => types.test(type));
    if (row !== undefined && !("file" in part) && !("input_audio" in part)) return row[1](message);
  }
  return [readChatMessage(message)];
}
