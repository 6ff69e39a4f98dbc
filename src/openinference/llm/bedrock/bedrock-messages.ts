// The messages of Converse: content blocks without a type, each told by its one member.
import type { LlmContent, LlmMessage } from "../llm-description.ts";
import { mediaUrl } from "../media.ts";
import { jsonContent, messageOf, otherPart, textPart, toolCallPart } from "../message-content.ts";
import { asRecord, asRecords, asText, asWord, type ReadRecord } from "../../read-value.ts";

/** Reads one message; tool results in it become messages of the role `"tool"`, as the specification has them. */
export function readMessages(message: ReadRecord): LlmMessage[] {
  const role = asText(message["role"]) ?? "assistant";
  const messages: LlmMessage[] = [];
  const others: ReadRecord[] = [];
  for (const block of asRecords(message["content"])) {
    const result = asRecord(block["toolResult"]);
    if (result === undefined) others.push(block);
    else messages.push(readToolResult(result));
  }
  if (others.length > 0 || messages.length === 0) messages.push(messageOf(role, readContent(others)));
  return messages;
}

/** Reads content blocks that are no tool results; cache points are no content. */
export function readContent(blocks: unknown): LlmContent[] {
  return asRecords(blocks).flatMap((block) => ("cachePoint" in block ? [] : [readBlock(block)]));
}

function readToolResult(result: ReadRecord): LlmMessage {
  const parts = asRecords(result["content"]);
  const [only, second] = parts;
  const isJson = only !== undefined && second === undefined && "json" in only;
  return {
    role: "tool",
    toolCallId: asText(result["toolUseId"]),
    content: isJson ? jsonContent(only["json"]) : readContent(parts),
  };
}

function readBlock(block: ReadRecord): LlmContent {
  const text = asText(block["text"]);
  if (text !== undefined) return textPart(text);
  const call = asRecord(block["toolUse"]);
  if (call !== undefined) {
    return toolCallPart({
      id: asText(call["toolUseId"]),
      name: asText(call["name"]),
      arguments: call["input"],
    });
  }
  const thought = asRecord(block["reasoningContent"]);
  if (thought !== undefined) return readReasoning(thought);
  for (const kind of ["image", "video", "audio"] as const) {
    const media = asRecord(block[kind]);
    const url = media === undefined ? undefined : urlOf(kind, media);
    if (url !== undefined) return { type: kind, url };
  }
  if ("json" in block) return { type: "text", json: block["json"] };
  const [kind] = Object.keys(block);
  return "document" in block ? otherPart(withoutBytes(block), "file") : otherPart(block, kind);
}

function readReasoning(thought: ReadRecord): LlmContent {
  const told = asRecord(thought["reasoningText"]);
  const redacted = thought["redactedContent"];
  return {
    type: "reasoning",
    text: asText(told?.["text"]),
    signature: asWord(told?.["signature"]),
    data: redacted instanceof Uint8Array ? Buffer.from(redacted).toString("base64") : asText(redacted),
  };
}

function urlOf(kind: string, media: ReadRecord): string | undefined {
  const source = asRecord(media["source"]);
  const format = asText(media["format"]);
  return (
    asText(asRecord(source?.["s3Location"])?.["uri"]) ??
    mediaUrl(source?.["bytes"], format === undefined ? undefined : `${kind}/${format}`)
  );
}

function withoutBytes(block: ReadRecord): ReadRecord {
  const { source, ...document } = asRecord(block["document"]) ?? {};
  const bytes = asRecord(source)?.["bytes"];
  const size = bytes instanceof Uint8Array ? `(${bytes.byteLength} bytes)` : undefined;
  return { document: { ...document, source: size ?? source } };
}
