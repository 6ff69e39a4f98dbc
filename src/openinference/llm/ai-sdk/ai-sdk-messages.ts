// The AI SDK's messages and the content of its steps.
import type { LlmContent, LlmMessage } from "../llm-description.ts";
import { isUiMessage, readUiMessage } from "./ai-sdk-ui-messages.ts";
import { mediaKind, mediaUrl } from "../media.ts";
import { jsonContent, mediaPart, messageOf, otherPart, textPart, toolCallPart } from "../message-content.ts";
import { asRecord, asRecords, asText, asWord, type ReadRecord } from "../../read-value.ts";

/** Reads one message; every tool result in it is a message of its own. */
export function readMessages(message: ReadRecord): LlmMessage[] {
  if (isUiMessage(message)) return readUiMessage(message);
  const role = asText(message["role"]) ?? "assistant";
  const content = message["content"];
  if (typeof content === "string") return [{ role, content }];
  return readParts(asRecords(content), role);
}

/** Reads what one step of the model gave: its content, or, before the AI SDK 5, its text, reasoning and calls. */
export function readStepContent(step: ReadRecord): LlmMessage[] {
  if (Array.isArray(step["content"])) return readParts(asRecords(step["content"]), "assistant");
  const parts: ReadRecord[] = [];
  const reasoning = asWord(step["reasoningText"]) ?? asWord(step["reasoning"]);
  if (reasoning !== undefined) parts.push({ type: "reasoning", text: reasoning });
  const text = asWord(step["text"]);
  if (text !== undefined) parts.push({ type: "text", text });
  for (const call of asRecords(step["toolCalls"])) parts.push({ ...call, type: "tool-call" });
  for (const result of asRecords(step["toolResults"])) parts.push({ ...result, type: "tool-result" });
  return readParts(parts, "assistant");
}

function readParts(parts: readonly ReadRecord[], role: string): LlmMessage[] {
  const content: LlmContent[] = [];
  const results: LlmMessage[] = [];
  for (const part of parts) {
    if (part["type"] === "tool-result" || part["type"] === "tool-error") results.push(readToolResult(part));
    else content.push(readPart(part));
  }
  const isOnlyResults = content.length === 0 && (results.length > 0 || role === "tool");
  return isOnlyResults ? results : [messageOf(role, content), ...results];
}

function readToolResult(part: ReadRecord): LlmMessage {
  const output = part["output"] ?? part["result"] ?? part["error"];
  return {
    role: "tool",
    name: asText(part["toolName"]),
    toolCallId: asText(part["toolCallId"]),
    content: readToolOutput(output),
  };
}

/** In a message an output says its kind, `{ type: "json", value }`; in a result it is what the tool gave. */
function readToolOutput(output: unknown): LlmMessage["content"] {
  const typed = asRecord(output);
  const type = asText(typed?.["type"]);
  const isTyped = typed !== undefined && "value" in typed && type !== undefined && OUTPUT_TYPES.has(type);
  const value = isTyped ? typed["value"] : output;
  if (typeof value === "string") return value;
  if (isTyped && type === "content") return asRecords(value).map(readPart);
  return value instanceof Error ? value.message : jsonContent(value);
}

const OUTPUT_TYPES = new Set(["text", "json", "error-text", "error-json", "content"]);

/** Reads one part of a message's or a step's content that is no tool result. */
function readPart(part: ReadRecord): LlmContent {
  const mimeType = asText(part["mediaType"]) ?? asText(part["mimeType"]);
  switch (part["type"]) {
    case "text":
      return textPart(asText(part["text"]));
    case "reasoning":
      return { type: "reasoning", text: asText(part["text"]), ...readReasoningDetails(part) };
    case "image": {
      const url = mediaUrl(part["image"], mediaKind(mimeType) === "image" ? mimeType : undefined);
      return url === undefined ? otherPart(part) : { type: "image", url };
    }
    case "media":
    case "image-data":
    case "image-url":
      return mediaPart(part, part["data"] ?? part["url"], mimeType ?? "image/*");
    case "file": {
      // A generated file holds its data in `file`, as base64 text or bytes.
      const file = asRecord(part["file"]);
      return mediaPart(
        part,
        file?.["base64"] ?? part["data"] ?? part["url"],
        asText(file?.["mediaType"]) ?? mimeType,
      );
    }
    case "tool-call":
      return toolCallPart({
        id: asText(part["toolCallId"]),
        name: asText(part["toolName"]),
        arguments: part["input"] ?? part["args"],
        reasoningSignature: readSignature(part),
      });
    default:
      return otherPart(part);
  }
}

/** Where providers put what a thought must be sent back with. */
function readReasoningDetails(part: ReadRecord): Partial<LlmContent> {
  const metadata = asRecord(part["providerMetadata"]) ?? asRecord(part["providerOptions"]);
  const openai = asRecord(metadata?.["openai"]);
  return {
    id: asText(openai?.["itemId"]),
    encryptedContent: asText(openai?.["reasoningEncryptedContent"]),
    data: asText(asRecord(metadata?.["anthropic"])?.["redactedData"]),
    signature: asText(part["signature"]) ?? readSignature(part),
  };
}

function readSignature(part: ReadRecord): string | undefined {
  const metadata = asRecord(part["providerMetadata"]) ?? asRecord(part["providerOptions"]);
  return (
    asText(asRecord(metadata?.["anthropic"])?.["signature"]) ??
    asText(asRecord(metadata?.["google"])?.["thoughtSignature"])
  );
}
