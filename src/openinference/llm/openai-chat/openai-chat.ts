// OpenAI Chat Completions, and the many servers that speak its shape.
import type { LlmContent, LlmDescription, LlmMessage, LlmTool, LlmToolCall } from "../llm-description.ts";
import { invocationParameters } from "../invocation-parameters.ts";
import type { LlmShape } from "../llm-shape.ts";
import { audioPart, messageOf, textPart, toolCallPart } from "../message-content.ts";
import { vendorOfOpenAiModel } from "../model-vendor.ts";
import { readPart } from "./openai-chat-content.ts";
import { createOpenAiChatFold, isOpenAiChatChunk } from "./openai-chat-stream.ts";
import { readCost, readUsage, usageOf } from "./openai-chat-usage.ts";
import {
  asId,
  asList,
  asRecord,
  asRecords,
  asText,
  asWord,
  firstOf,
  type ReadRecord,
} from "../../read-value.ts";

export const openAiChat: LlmShape = {
  request(value) {
    const model = asText(value["model"]);
    const isChat = isChatMessages(value["messages"]);
    if (model === undefined || (!isChat && !isTexts(value["prompt"]))) return undefined;
    return {
      model,
      ...vendorOfOpenAiModel(model),
      get inputMessages() {
        return isChat ? asRecords(value["messages"]).map(readMessage) : readPrompts(value["prompt"]);
      },
      get tools() {
        const functions = asRecords(value["functions"]).map((fn) => ({ type: "function", function: fn }));
        return [...asRecords(value["tools"]), ...functions].map(readTool);
      },
      get invocationParameters() {
        return invocationParameters(value, ["messages", "prompt", "tools", "functions"]);
      },
    };
  },
  response(value) {
    if (!Array.isArray(value["choices"])) return undefined;
    const choices = asRecords(value["choices"]);
    if (choices.length === 0 && value["object"] !== "chat.completion") return undefined;
    const model = asWord(value["model"]);
    return {
      model,
      ...vendorOfResponse(value, choices, model),
      get outputMessages() {
        return choices.flatMap(readChoice);
      },
      finishReason: asText(firstOf(choices[0], "finish_reason", "finishReason")),
      tokenCount: readUsage(usageOf(value)),
      cost: readCost(usageOf(value)),
    };
  },
  isChunk: isOpenAiChatChunk,
  createFold: createOpenAiChatFold,
};

/** Messages of other makers, LangChain's for one, have no role. */
const isChatMessages = (messages: unknown): boolean =>
  Array.isArray(messages) &&
  (messages.length === 0 || asRecords(messages).some((message) => typeof message["role"] === "string"));

/** The prompts of the legacy completions; tokens in place of texts are not read. */
const isTexts = (prompt: unknown): boolean =>
  Array.isArray(prompt) && prompt.length > 0 && asList(prompt).every((text) => typeof text === "string");

const readPrompts = (prompt: unknown): LlmMessage[] =>
  asList(prompt).map((text) => ({ role: "user", content: asText(text) }));

/** Azure adds its content filter to every choice, Groq and Ollama sign their answers. */
function vendorOfResponse(
  value: ReadRecord,
  choices: readonly ReadRecord[],
  model: string | undefined,
): Pick<LlmDescription, "provider" | "system"> {
  const vendor = vendorOfOpenAiModel(model);
  if ("x_groq" in value) return { ...vendor, provider: "groq" };
  // OpenRouter names whom it asked.
  if (typeof value["provider"] === "string") return { ...vendor, provider: "openrouter" };
  if (value["system_fingerprint"] === "fp_ollama") return { system: undefined, provider: "ollama" };
  if ("prompt_filter_results" in value || choices.some((choice) => "content_filter_results" in choice)) {
    return { ...vendor, provider: "azure" };
  }
  return vendor;
}

function readChoice(choice: ReadRecord): LlmMessage[] {
  const message = asRecord(choice["message"]);
  if (message !== undefined) return [readMessage(message)];
  const text = asText(choice["text"]);
  return text === undefined ? [] : [{ role: "assistant", content: text }];
}

/** Reads one chat message, sent or received; `reasoning_content` and `reasoning` are DeepSeek's and OpenRouter's. */
export function readMessage(message: ReadRecord): LlmMessage {
  const role = asText(message["role"]) ?? "assistant";
  const parts: LlmContent[] = [];
  const reasoning = asWord(message["reasoning_content"]) ?? asWord(message["reasoning"]);
  if (reasoning !== undefined) parts.push({ type: "reasoning", text: reasoning });
  const content = message["content"];
  if (typeof content === "string" && (content !== "" || role !== "assistant")) parts.push(textPart(content));
  for (const part of asRecords(content)) parts.push(readPart(part));
  for (const image of asRecords(message["images"])) parts.push(readPart(image));
  const refusal = asWord(message["refusal"]);
  if (refusal !== undefined) parts.push({ type: "refusal", text: refusal });
  const audio = asRecord(message["audio"]);
  if (audio !== undefined) parts.push(readAudio(audio));
  for (const call of asRecords(firstOf(message, "tool_calls", "toolCalls")))
    parts.push(toolCallPart(readToolCall(call)));
  const legacyCall = asRecord(message["function_call"]);
  if (legacyCall !== undefined) parts.push(toolCallPart(readToolCall({ function: legacyCall })));
  return {
    ...messageOf(role, parts, asText(message["name"])),
    toolCallId: asText(firstOf(message, "tool_call_id", "toolCallId")),
  };
}

/** An answer's audio has its data; the same message sent back has only its id. */
function readAudio(audio: ReadRecord): LlmContent {
  const data = asWord(audio["data"]);
  const transcript = asText(audio["transcript"]);
  const id = asText(audio["id"]);
  return data === undefined
    ? { type: "audio", id, transcript }
    : { ...audioPart(data, undefined, transcript), id };
}

function readToolCall(call: ReadRecord): LlmToolCall {
  const called = asRecord(call["function"]) ?? asRecord(call["custom"]);
  return {
    id: asId(call["id"]),
    name: asText(called?.["name"]),
    arguments: called?.["arguments"] ?? called?.["input"],
  };
}

function readTool(tool: ReadRecord): LlmTool {
  const defined = asRecord(tool["function"]) ?? asRecord(tool["custom"]);
  return {
    name: asText(defined?.["name"]) ?? asText(tool["type"]),
    description: asText(defined?.["description"]),
    jsonSchema: tool,
  };
}
