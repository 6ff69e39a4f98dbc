// Parts of a message that every provider has, in the neutral form of LlmContent.
import type { LlmContent, LlmMessage, LlmToolCall } from "./llm-description.ts";
import { dataUrl, mediaKind, mediaUrl, sniffMimeType } from "./media.ts";
import { asRecord, asText, type ReadRecord } from "../read-value.ts";

export const textPart = (text: string | undefined): LlmContent => ({ type: "text", text });

/** Gives the content of a message that is a value: what a tool answered, a generated object. */
export const jsonContent = (json: unknown): readonly LlmContent[] => [{ type: "text", json }];

export const toolCallPart = (toolCall: LlmToolCall): LlmContent => ({ type: "tool_use", toolCall });

/** Gives a part from media and its type; files that are neither image, audio nor video become a `"file"`. */
export function mediaPart(part: ReadRecord, media: unknown, mimeType: string | undefined): LlmContent {
  const known = mimeType ?? (typeof media === "string" ? sniffMimeType(media) : undefined);
  const kind = mediaKind(known);
  const url = kind === undefined ? undefined : mediaUrl(media, known);
  if (kind === undefined || url === undefined) return otherPart(part, "file");
  return kind === "audio" ? { type: kind, url, mimeType: known } : { type: kind, url };
}

export function audioPart(base64: string, mimeType?: string, transcript?: string): LlmContent {
  const known = mimeType ?? sniffMimeType(base64);
  return { type: "audio", url: dataUrl(base64, known), mimeType: known, transcript };
}

/** Gives a part this package has no word for: its own type, and its JSON without long base64 data. */
export function otherPart(part: ReadRecord, type: string = asText(part["type"]) ?? "unknown"): LlmContent {
  return { type, json: shortened(part) };
}

const BASE64_KEYS = new Set(["data", "file_data", "fileData", "image", "image_data", "base64", "bytes"]);

/** Data stands at the part's top or one level below, in its `source` or `file`. */
function shortened(part: ReadRecord, depth = 0): ReadRecord {
  return Object.fromEntries(
    Object.entries(part).map(([key, value]): [string, unknown] => {
      if (BASE64_KEYS.has(key) && typeof value === "string" && value.length > 1000) {
        return [key, `(${value.length} characters of base64)`];
      }
      const below = depth === 0 ? asRecord(value) : undefined;
      return [key, below !== undefined && isPlain(below) ? shortened(below, 1) : value];
    }),
  );
}

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype;

/** Gives a message from its parts in order; tool calls are found among them. */
export function messageOf(role: string, content: readonly LlmContent[], name?: string): LlmMessage {
  const toolCalls = content.flatMap((part) => (part.toolCall === undefined ? [] : [part.toolCall]));
  return {
    role,
    name,
    content: content.length === 0 ? undefined : content,
    toolCalls: toolCalls.length === 0 ? undefined : toolCalls,
  };
}
