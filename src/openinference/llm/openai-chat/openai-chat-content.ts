// Parts of a chat message's content, in OpenAI's words and in those of servers that add to them.
import type { LlmContent } from "../llm-description.ts";
import { audioPart, otherPart, textPart } from "../message-content.ts";
import { asRecord, asRecords, asText, firstOf, type ReadRecord } from "../../read-value.ts";

/** Reads one part of a chat message's content. */
export function readPart(part: ReadRecord): LlmContent {
  switch (part["type"]) {
    case "text":
      return textPart(asText(part["text"]));
    case "thinking":
    case "reasoning":
      return { type: "reasoning", text: thoughtOf(part), signature: asText(part["signature"]) };
    case "image_url": {
      const image = firstOf(part, "image_url", "imageUrl");
      return { type: "image", url: asText(asRecord(image)?.["url"]) ?? asText(image) };
    }
    case "input_audio": {
      const given = firstOf(part, "input_audio", "inputAudio");
      const audio = asRecord(given);
      const format = asText(audio?.["format"]);
      const mimeType = format === undefined ? undefined : `audio/${format}`;
      return audioPart(asText(audio?.["data"]) ?? asText(given) ?? "", mimeType);
    }
    case "video_url":
      return {
        type: "video",
        url: asText(asRecord(part["video_url"])?.["url"]) ?? asText(part["video_url"]),
      };
    case "refusal":
      return { type: "refusal", text: asText(part["refusal"]) };
    case "file":
      return otherPart(asRecord(part["file"]) ?? part, "file");
    default:
      return otherPart(part);
  }
}

/** A list of content taken apart: its texts and its thoughts joined, and the parts that are neither. */
export function readContentList(content: unknown): {
  readonly text: string;
  readonly reasoning: string;
  readonly others: readonly ReadRecord[];
} {
  let text = "";
  let reasoning = "";
  const others: ReadRecord[] = [];
  for (const part of asRecords(content)) {
    const type = part["type"];
    if (type === "text") text += asText(part["text"]) ?? "";
    else if (type === "thinking" || type === "reasoning") reasoning += thoughtOf(part) ?? "";
    else others.push(part);
  }
  return { text, reasoning, others };
}

/** Mistral's thinking is a list of parts itself. */
function thoughtOf(part: ReadRecord): string | undefined {
  const thinking = firstOf(part, "thinking", "reasoning", "text");
  if (!Array.isArray(thinking)) return asText(thinking);
  return asRecords(thinking)
    .map((piece) => asText(piece["text"]) ?? "")
    .join("");
}
