// The messages of OpenTelemetry's GenAI conventions from 1.36 on: a list of roles with parts, as JSON.
import { asRecord, asRecords, asText, asWord, type ReadRecord } from "../openinference/read-value.ts";
import type { LlmContent, LlmMessage } from "../openinference/llm/llm-description.ts";
import { dataUrl, mediaKind, sniffMimeType } from "../openinference/llm/media.ts";
import { messageOf, otherPart, textPart, toolCallPart } from "../openinference/llm/message-content.ts";
import { unwrapped } from "./json-value.ts";

/** The messages of `gen_ai.input.messages` or `gen_ai.output.messages`; `undefined` when it is no such list. One bad message costs itself. */
export function readGenAiMessages(value: unknown): LlmMessage[] | undefined {
  const list = unwrapped(value);
  if (!Array.isArray(list)) return undefined;
  const messages = asRecords(list).flatMap(readMessage);
  return messages.length === 0 && list.length > 0 ? undefined : messages;
}

/** The parts of `gen_ai.system_instructions` as one message; a plain text counts as one part. */
export function readInstructions(value: unknown): LlmMessage | undefined {
  const parts = unwrapped(value);
  if (typeof parts === "string") return { role: "system", content: parts };
  const content = asRecords(parts).map(readPart);
  return content.length === 0 ? undefined : messageOf("system", content);
}

function readMessage(message: ReadRecord): LlmMessage[] {
  const role = asText(message["role"]) ?? "user";
  const parts = message["parts"] ?? message["content"];
  if (typeof parts === "string") return [{ role, content: parts, toolCallId: asText(message["id"]) }];
  const content: LlmContent[] = [];
  const responses: LlmMessage[] = [];
  for (const part of asRecords(parts)) {
    if (part["type"] === "tool_call_response") responses.push(readResponse(part));
    else content.push(readPart(part));
  }
  if (content.length === 0) return responses;
  return [messageOf(role, content, asText(message["name"])), ...responses];
}

/** The conventions call it `response`, some producers `result`. */
function readResponse(part: ReadRecord): LlmMessage {
  const value = part["response"] ?? part["result"];
  return {
    role: "tool",
    toolCallId: asText(part["id"]),
    name: asText(part["name"]),
    content: typeof value === "string" ? value : JSON.stringify(value ?? null),
  };
}

function readPart(part: ReadRecord): LlmContent {
  switch (part["type"]) {
    case "text":
      return textPart(asText(part["content"]) ?? asText(part["text"]));
    case "reasoning":
    case "thinking":
      return {
        type: "reasoning",
        text: asText(part["content"]) ?? asText(part["text"]),
        signature: asText(part["signature"]),
      };
    case "tool_call":
      return toolCallPart({
        id: asText(part["id"]),
        name: asText(part["name"]),
        arguments: part["arguments"] ?? part["input"],
      });
    case "blob": {
      const data = asWord(part["content"]) ?? asWord(part["data"]);
      return data === undefined ? otherPart(part) : mediaOf(part, (type) => dataUrl(data, type), data);
    }
    case "uri": {
      const uri = asWord(part["uri"]) ?? asWord(part["url"]);
      return uri === undefined ? otherPart(part) : mediaOf(part, () => uri);
    }
    default:
      return otherPart(part);
  }
}

/** The media type decides what a part is; the word beside it counts where there is none. */
function mediaOf(part: ReadRecord, url: (mimeType: string | undefined) => string, data?: string): LlmContent {
  const named = asWord(part["mime_type"]) ?? asWord(part["mimeType"]);
  const mimeType = named ?? (data === undefined ? undefined : sniffMimeType(data));
  const kind = mediaKind(mimeType ?? `${asText(part["modality"]) ?? ""}/`);
  if (kind === undefined) return otherPart(withoutData(part), "file");
  const known = mimeType?.endsWith("/") === true ? undefined : mimeType;
  return kind === "audio"
    ? { type: kind, url: url(known), mimeType: known }
    : { type: kind, url: url(known ?? (kind === "image" && data !== undefined ? "image/png" : undefined)) };
}

/** A file that is none of these is named, not carried. */
function withoutData({ content, data, ...rest }: ReadRecord): ReadRecord {
  const text = asText(content) ?? asText(data);
  return text === undefined ? rest : { ...rest, content: `(${text.length} characters of base64)` };
}

/** Calls that an answer asks for, as JSON text, for an answer that is nothing else. */
export function callsOf(messages: readonly LlmMessage[]): unknown[] {
  return messages.flatMap(({ toolCalls }) =>
    (toolCalls ?? []).map((call) => ({ id: call.id, name: call.name, arguments: unwrapped(call.arguments) })),
  );
}

/** The first finish reason among raw messages, for spans that say it nowhere else. */
export function finishReasonOf(value: unknown): string | undefined {
  return asRecords(unwrapped(value))
    .map((message) => asWord(asRecord(message)?.["finish_reason"]))
    .find(Boolean);
}
