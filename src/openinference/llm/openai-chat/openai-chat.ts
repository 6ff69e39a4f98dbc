// OpenAI Chat Completions, and the many servers that speak its shape.
import type { LlmContent, LlmDescription, LlmMessage, LlmTool, LlmToolCall } from "../llm-description.ts";
import { invocationParameters } from "../invocation-parameters.ts";
import type { LlmShape } from "../llm-shape.ts";
import { audioPart, messageOf, otherPart, textPart, toolCallPart } from "../message-content.ts";
import { vendorOfOpenAiModel } from "../model-vendor.ts";
import { createOpenAiChatFold, isOpenAiChatChunk } from "./openai-chat-stream.ts";
import { asNumber, asRecord, asRecords, asText, asWord, type ReadRecord } from "../../read-value.ts";

export const openAiChat: LlmShape = {
  request(value) {
    const model = asText(value["model"]);
    if (model === undefined || !Array.isArray(value["messages"])) return undefined;
    return {
      model,
      ...vendorOfOpenAiModel(model),
      get inputMessages() {
        return asRecords(value["messages"]).map(readMessage);
      },
      get tools() {
        const functions = asRecords(value["functions"]).map((fn) => ({ type: "function", function: fn }));
        return [...asRecords(value["tools"]), ...functions].map(readTool);
      },
      get invocationParameters() {
        return invocationParameters(value, ["messages", "tools", "functions"]);
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
      finishReason: asText(choices[0]?.["finish_reason"]),
      tokenCount: readUsage(asRecord(value["usage"])),
    };
  },
  isChunk: isOpenAiChatChunk,
  createFold: createOpenAiChatFold,
};

/** Azure adds its content filter to every choice, Groq and Ollama sign their answers. */
function vendorOfResponse(
  value: ReadRecord,
  choices: readonly ReadRecord[],
  model: string | undefined,
): Pick<LlmDescription, "provider" | "system"> {
  const vendor = vendorOfOpenAiModel(model);
  if ("x_groq" in value) return { ...vendor, provider: "groq" };
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
  const refusal = asWord(message["refusal"]);
  if (refusal !== undefined) parts.push({ type: "refusal", text: refusal });
  const audio = asRecord(message["audio"]);
  if (audio !== undefined) parts.push(readAudio(audio));
  for (const call of asRecords(message["tool_calls"])) parts.push(toolCallPart(readToolCall(call)));
  const legacyCall = asRecord(message["function_call"]);
  if (legacyCall !== undefined) parts.push(toolCallPart(readToolCall({ function: legacyCall })));
  return {
    ...messageOf(role, parts, asText(message["name"])),
    toolCallId: asText(message["tool_call_id"]),
  };
}

/** Reads one part of a chat message's content. */
function readPart(part: ReadRecord): LlmContent {
  switch (part["type"]) {
    case "text":
      return textPart(asText(part["text"]));
    case "image_url":
      return {
        type: "image",
        url: asText(asRecord(part["image_url"])?.["url"]) ?? asText(part["image_url"]),
      };
    case "input_audio": {
      const audio = asRecord(part["input_audio"]);
      const format = asText(audio?.["format"]);
      return audioPart(asText(audio?.["data"]) ?? "", format === undefined ? undefined : `audio/${format}`);
    }
    case "refusal":
      return { type: "refusal", text: asText(part["refusal"]) };
    case "file":
      return otherPart(asRecord(part["file"]) ?? part, "file");
    default:
      return otherPart(part);
  }
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
    id: asText(call["id"]),
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

function readUsage(usage: ReadRecord | undefined): LlmDescription["tokenCount"] {
  if (usage === undefined) return undefined;
  const prompt = asRecord(usage["prompt_tokens_details"]);
  const completion = asRecord(usage["completion_tokens_details"]);
  return {
    prompt: asNumber(usage["prompt_tokens"]),
    completion: asNumber(usage["completion_tokens"]),
    total: asNumber(usage["total_tokens"]),
    promptDetails: {
      cacheRead: asNumber(prompt?.["cached_tokens"]) ?? asNumber(usage["prompt_cache_hit_tokens"]),
      cacheWrite: asNumber(prompt?.["cache_write_tokens"]),
      audio: asNumber(prompt?.["audio_tokens"]),
    },
    completionDetails: {
      reasoning: asNumber(completion?.["reasoning_tokens"]),
      audio: asNumber(completion?.["audio_tokens"]),
    },
  };
}
