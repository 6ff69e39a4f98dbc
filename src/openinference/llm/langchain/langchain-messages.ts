// LangChain's messages: instances, what they are as JSON, and what a message history stores.
import type { LlmContent, LlmMessage, LlmTokenCount } from "../llm-description.ts";
import { readMessages as readAiSdkMessages } from "../ai-sdk/ai-sdk-messages.ts";
import { mediaPart, messageOf, textPart, toolCallPart } from "../message-content.ts";
import { readPart as readChatPart } from "../openai-chat/openai-chat-content.ts";
import { asNumber, asRecord, asRecords, asText, asWord, sum, type ReadRecord } from "../../read-value.ts";

/** Roles by what LangChain calls them, as types and as classes. */
const ROLES: Readonly<Record<string, string>> = {
  human: "user",
  HumanMessage: "user",
  HumanMessageChunk: "user",
  ai: "assistant",
  AIMessage: "assistant",
  AIMessageChunk: "assistant",
  system: "system",
  SystemMessage: "system",
  SystemMessageChunk: "system",
  developer: "developer",
  tool: "tool",
  ToolMessage: "tool",
  ToolMessageChunk: "tool",
  function: "tool",
  FunctionMessage: "tool",
  remove: "remove",
};

/** Whether a value is a message of LangChain, in any of its forms. */
export function isLangChainMessage(value: ReadRecord): boolean {
  if (Array.isArray(value["lc_namespace"])) return "content" in value;
  if (value["lc"] === 1 && value["type"] === "constructor") return /Message/.test(classOf(value) ?? "");
  const type = asText(value["type"]);
  if (type === undefined || !(type in ROLES) || "role" in value) return false;
  return typeof value["content"] === "string" || Array.isArray(value["content"]) || isStored(value);
}

const isStored = (value: ReadRecord): boolean => "content" in (asRecord(value["data"]) ?? {});

const classOf = (value: ReadRecord): string | undefined =>
  Array.isArray(value["id"]) ? asText(value["id"].at(-1)) : undefined;

/** The members of a message, whichever form it has. */
export function membersOf(value: ReadRecord): ReadRecord {
  if (value["lc"] === 1) return asRecord(value["kwargs"]) ?? {};
  return isStored(value) ? (asRecord(value["data"]) ?? {}) : value;
}

function roleOf(value: ReadRecord, members: ReadRecord): string {
  const type = classOf(value) ?? asText(value["type"]) ?? typeOfInstance(value);
  return ROLES[type ?? ""] ?? asText(members["role"]) ?? type ?? "assistant";
}

/** Before version 1 an instance tells its type by a method alone. */
function typeOfInstance(value: ReadRecord): string | undefined {
  const tell = value["_getType"];
  return typeof tell === "function" ? asText(Reflect.apply(tell, value, [])) : undefined;
}

/** Reads one message. */
export function readLangChainMessage(value: ReadRecord): LlmMessage {
  const members = membersOf(value);
  const role = roleOf(value, members);
  const extra = asRecord(members["additional_kwargs"]);
  const parts: LlmContent[] = [];
  const reasoning = asWord(extra?.["reasoning_content"]);
  if (reasoning !== undefined) parts.push({ type: "reasoning", text: reasoning });
  const content = members["content"];
  const text = asText(content);
  if (text !== undefined && (text !== "" || role !== "assistant")) parts.push(textPart(text));
  for (const part of asRecords(content)) parts.push(...readPart(part));
  for (const call of callsOf(members, extra)) parts.push(toolCallPart(call));
  return {
    ...messageOf(role, parts, asText(members["name"])),
    toolCallId: asText(members["tool_call_id"]),
  };
}

/** Content keeps the words of the provider it came from. Calls stand beside it once more. */
function readPart(part: ReadRecord): LlmContent[] {
  switch (part["type"]) {
    case "tool_use":
    case "tool_call":
    case "tool_call_chunk":
    case "input_json_delta":
    case "functionCall":
      return [];
    case "thinking":
    case "reasoning":
      return [readChatPart(part)];
    case "redacted_thinking":
      return [{ type: "reasoning", data: asText(part["data"]) }];
    case "image":
    case "audio":
    case "video": {
      const source = asRecord(part["source"]);
      const mimeType =
        asText(part["mimeType"] ?? part["mime_type"] ?? source?.["media_type"]) ?? `${part["type"]}/*`;
      return [mediaPart(part, part["url"] ?? part["data"] ?? source?.["data"] ?? source?.["url"], mimeType)];
    }
    case "tool-call":
    case "file":
      return readAiSdkMessages({ role: "assistant", content: [part] }).flatMap(({ content }) =>
        typeof content === "string" ? [textPart(content)] : (content ?? []),
      );
    default:
      return [readChatPart(part)];
  }
}

function callsOf(
  members: ReadRecord,
  extra: ReadRecord | undefined,
): { id: string | undefined; name: string | undefined; arguments: unknown }[] {
  const calls = asRecords(members["tool_calls"]);
  if (calls.length > 0) {
    return calls.map((call) => ({
      id: asText(call["id"]),
      name: asText(call["name"]),
      arguments: call["args"],
    }));
  }
  // Calls whose arguments are no JSON, and those of models that LangChain does not read.
  const invalid = asRecords(members["invalid_tool_calls"]).map((call) => ({
    id: asText(call["id"]),
    name: asText(call["name"]),
    arguments: call["args"],
  }));
  if (invalid.length > 0) return invalid;
  return asRecords(extra?.["tool_calls"]).map((call) => {
    const called = asRecord(call["function"]);
    return { id: asText(call["id"]), name: asText(called?.["name"]), arguments: called?.["arguments"] };
  });
}

/** `input_tokens` includes what the cache gave, except with early versions of the package for Anthropic. */
export function readUsage(usage: ReadRecord | undefined): LlmTokenCount | undefined {
  if (usage === undefined) return undefined;
  const input = asRecord(usage["input_token_details"]);
  const output = asRecord(usage["output_token_details"]);
  const cacheRead = asNumber(input?.["cache_read"]);
  const cacheWrite = asNumber(input?.["cache_creation"]);
  const told = asNumber(usage["input_tokens"]);
  const cached = sum(cacheRead, cacheWrite);
  const isBeside = told !== undefined && cached !== undefined && cached > told;
  const prompt = isBeside ? told + cached : told;
  const completion = asNumber(usage["output_tokens"]);
  return {
    prompt,
    completion,
    total: isBeside ? sum(prompt, completion) : asNumber(usage["total_tokens"]),
    promptDetails: { cacheRead, cacheWrite, audio: asNumber(input?.["audio"]) },
    completionDetails: {
      reasoning: asNumber(output?.["reasoning"]),
      audio: asNumber(output?.["audio"]),
    },
  };
}
