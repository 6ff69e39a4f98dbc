// The items of the Responses API, sent and received, as messages.
import type { LlmContent, LlmMessage } from "../llm-description.ts";
import { dataUrl } from "../media.ts";
import { audioPart, jsonContent, messageOf, otherPart, textPart, toolCallPart } from "../message-content.ts";
import { asRecord, asRecords, asText, asWord, type ReadRecord } from "../../read-value.ts";

/**
 * Reads items in order. What the model made in a row (reasoning, message, tool calls) is one message, as in every other
 * API; outputs of tools are messages of the role `"tool"`.
 */
export function readItems(items: readonly ReadRecord[]): LlmMessage[] {
  const messages: LlmMessage[] = [];
  let made: LlmContent[] = [];
  const flush = (): void => {
    if (made.length > 0) messages.push(messageOf("assistant", made));
    made = [];
  };
  for (const item of items) {
    const role = asText(item["role"]);
    const type = asText(item["type"]) ?? "message";
    if (role === "assistant") {
      made.push(...readContent(item["content"]));
    } else if (role !== undefined) {
      flush();
      messages.push(messageOf(role, readContent(item["content"])));
    } else if (type.endsWith("_output")) {
      flush();
      messages.push(readOutput(item));
    } else {
      made.push(...readMade(item, type));
      const results = item["output"] ?? item["results"];
      if (type.endsWith("_call") && results !== undefined && results !== null) {
        flush();
        messages.push(readOutput({ call_id: item["id"], output: results }));
      }
    }
  }
  flush();
  return messages;
}

/** Reads an item the model made that is no message. */
function readMade(item: ReadRecord, type: string): LlmContent[] {
  if (type === "reasoning") {
    const texts = [...asRecords(item["summary"]), ...asRecords(item["content"])].flatMap(
      (part) => asWord(part["text"]) ?? [],
    );
    return [
      {
        type: "reasoning",
        id: asText(item["id"]),
        text: texts.length === 0 ? undefined : texts.join("\n"),
        encryptedContent: asWord(item["encrypted_content"]),
      },
    ];
  }
  if (type === "image_generation_call") {
    const image = asWord(item["result"]);
    return image === undefined ? [] : [{ type: "image", id: asText(item["id"]), url: dataUrl(image) }];
  }
  if (type === "mcp_list_tools") return [];
  if (!type.endsWith("_call")) return [otherPart(item)];
  return [
    toolCallPart({
      id: asText(item["call_id"]) ?? asText(item["id"]),
      // OpenAI's own tools have no name: the call's type says which it was.
      name: asText(item["name"]) ?? type,
      arguments:
        item["arguments"] ?? item["input"] ?? item["action"] ?? item["code"] ?? item["queries"] ?? undefined,
    }),
  ];
}

function readOutput(item: ReadRecord): LlmMessage {
  const output = item["output"];
  const parts = asRecords(output);
  const isContent = parts.length > 0 && parts.every((part) => asText(part["type"])?.startsWith("input_"));
  return {
    role: "tool",
    toolCallId: asText(item["call_id"]) ?? asText(item["approval_request_id"]),
    content: typeof output === "string" ? output : isContent ? parts.map(readPart) : jsonContent(output),
  };
}

function readContent(content: unknown): LlmContent[] {
  return typeof content === "string" ? [textPart(content)] : asRecords(content).map(readPart);
}

/** Reads one part of a Responses message's content. */
function readPart(part: ReadRecord): LlmContent {
  switch (part["type"]) {
    case "input_text":
    case "output_text":
    case "text":
      return textPart(asText(part["text"]));
    case "refusal":
      return { type: "refusal", text: asText(part["refusal"]) };
    case "input_image": {
      const url = asText(part["image_url"]);
      return url === undefined ? otherPart(part, "file") : { type: "image", url };
    }
    case "input_audio":
    case "output_audio": {
      const audio = asRecord(part["input_audio"]) ?? part;
      const format = asText(audio["format"]);
      const mimeType = format === undefined ? undefined : `audio/${format}`;
      return audioPart(asText(audio["data"]) ?? "", mimeType, asText(part["transcript"]));
    }
    case "input_file":
      return otherPart(part, "file");
    default:
      return otherPart(part);
  }
}
