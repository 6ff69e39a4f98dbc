// Anthropic's Messages API.
import type { LlmContent, LlmDescription, LlmMessage, LlmTool } from "../llm-description.ts";
import { createAnthropicFold, isAnthropicChunk } from "./anthropic-messages-stream.ts";
import { invocationParameters, withoutSecrets } from "../invocation-parameters.ts";
import type { LlmShape } from "../llm-shape.ts";
import { mediaPart, messageOf, otherPart, textPart, toolCallPart } from "../message-content.ts";
import { vendorOfAnthropicModel } from "../model-vendor.ts";
import { asNumber, asRecord, asRecords, asText, asWord, sum, type ReadRecord } from "../../read-value.ts";

export const anthropicMessages: LlmShape = {
  request(value) {
    const model = asText(value["model"]);
    if (model === undefined || !isRequest(value, model)) return undefined;
    return {
      model,
      ...vendorOfAnthropicModel(model),
      get inputMessages() {
        return [...readSystem(value["system"]), ...asRecords(value["messages"]).flatMap(readMessages)];
      },
      get tools() {
        return asRecords(value["tools"]).map(readTool);
      },
      get invocationParameters() {
        return invocationParameters(value, ["messages", "system", "tools"]);
      },
    };
  },
  response(value) {
    if (value["type"] !== "message" || !Array.isArray(value["content"])) return undefined;
    const model = asWord(value["model"]);
    return {
      model,
      ...vendorOfAnthropicModel(model),
      get outputMessages() {
        return readMessages(value);
      },
      finishReason: asText(value["stop_reason"]),
      tokenCount: readUsage(asRecord(value["usage"])),
    };
  },
  isChunk: isAnthropicChunk,
  createFold: createAnthropicFold,
};

/** Members and blocks that OpenAI's and the AI SDK's requests, with `model` and `messages` too, do not have. */
const OWN_MEMBERS = ["thinking", "stop_sequences", "mcp_servers", "anthropic_version", "output_config"];
const OWN_BLOCKS = new Set(["tool_use", "tool_result", "thinking", "redacted_thinking", "document"]);

function isRequest(value: ReadRecord, model: string): boolean {
  if (!Array.isArray(value["messages"])) return false;
  if (OWN_MEMBERS.some((member) => member in value)) return true;
  if (typeof value["max_tokens"] !== "number") return false;
  if ("system" in value) return true;
  if (asRecords(value["tools"]).some((tool) => "input_schema" in tool)) return true;
  const messages = asRecords(value["messages"]);
  const blocks = messages.flatMap((message) => asRecords(message["content"]));
  if (blocks.some((block) => OWN_BLOCKS.has(asText(block["type"]) ?? "") || "source" in block)) return true;
  return (
    // A model named "anthropic/claude-…" is asked through a router that speaks OpenAI's shape.
    /^(?!.*\/).*claude/.test(model) &&
    messages.every((message) => message["role"] === "user" || message["role"] === "assistant")
  );
}

function readSystem(system: unknown): LlmMessage[] {
  if (typeof system === "string") return [{ role: "system", content: system }];
  const parts = asRecords(system).map(readBlock);
  return parts.length === 0 ? [] : [messageOf("system", parts)];
}

/** Reads one message; tool results in it become messages of the role `"tool"`, as the specification has them. */
export function readMessages(message: ReadRecord): LlmMessage[] {
  const role = asText(message["role"]) ?? "assistant";
  const content = message["content"];
  if (typeof content === "string") return [{ role, content }];
  const messages: LlmMessage[] = [];
  const parts: LlmContent[] = [];
  for (const block of asRecords(content)) {
    if (block["type"] === "tool_result") messages.push(readToolResult(block));
    else parts.push(readBlock(block));
  }
  if (parts.length > 0 || messages.length === 0) messages.push(messageOf(role, parts));
  return messages;
}

function readToolResult(block: ReadRecord): LlmMessage {
  const content = block["content"];
  return {
    role: "tool",
    toolCallId: asText(block["tool_use_id"]),
    content: typeof content === "string" ? content : asRecords(content).map(readBlock),
  };
}

/** Reads one content block that is no tool result of the caller's. */
function readBlock(block: ReadRecord): LlmContent {
  switch (block["type"]) {
    case "text":
      return textPart(asText(block["text"]));
    case "thinking":
      return {
        type: "reasoning",
        text: asWord(block["thinking"]),
        signature: asWord(block["signature"]),
      };
    case "redacted_thinking":
      return { type: "reasoning", data: asText(block["data"]) };
    case "tool_use":
    case "server_tool_use":
    case "mcp_tool_use":
      return toolCallPart({
        id: asText(block["id"]),
        name: asText(block["name"]),
        arguments: block["input"],
      });
    case "image": {
      const source = asRecord(block["source"]);
      return source?.["type"] === "url"
        ? { type: "image", url: asText(source["url"]) }
        : mediaPart(block, source?.["data"], asText(source?.["media_type"]));
    }
    case "document":
      return otherPart(block, "file");
    default:
      return otherPart(block);
  }
}

function readTool(tool: ReadRecord): LlmTool {
  return {
    name: asText(tool["name"]) ?? asText(tool["type"]),
    description: asText(tool["description"]),
    jsonSchema: withoutSecrets(tool),
  };
}

/** `input_tokens` leaves out what was read from and written to the cache; the prompt's count has all of it. */
export function readUsage(usage: ReadRecord | undefined): LlmDescription["tokenCount"] {
  if (usage === undefined) return undefined;
  const cacheRead = asNumber(usage["cache_read_input_tokens"]);
  const cacheWrite = asNumber(usage["cache_creation_input_tokens"]);
  const prompt = sum(asNumber(usage["input_tokens"]), cacheRead, cacheWrite);
  const completion = asNumber(usage["output_tokens"]);
  return {
    prompt,
    completion,
    total: sum(prompt, completion),
    promptDetails: { cacheRead, cacheWrite },
    completionDetails: { reasoning: asNumber(asRecord(usage["output_tokens_details"])?.["thinking_tokens"]) },
  };
}
