// Answers that are images: OpenAI's images.generate() and its like, and Imagen's.
import { asNumber, asRecord, asRecords, asText, type ReadRecord } from "../read-value.ts";
import type { LlmContent, LlmDescription } from "./llm-description.ts";
import { mediaUrl } from "./media.ts";

/** OpenAI's list has a text or a URL each, Google's an image with bytes in base64. */
function imageOf(item: ReadRecord): LlmContent | undefined {
  const image = asRecord(item["image"]);
  const data = asText(item["b64_json"]) ?? asText(item["url"]) ?? asText(image?.["imageBytes"]);
  const url = mediaUrl(data ?? asText(image?.["gcsUri"]), asText(image?.["mimeType"]));
  return url === undefined ? undefined : { type: "image", url };
}

const itemsOf = (value: ReadRecord): ReadRecord[] =>
  asRecords("created" in value ? value["data"] : value["generatedImages"]);

/** Describes an answer of images; undefined where it is none. Reading its messages may throw; the caller guards. */
export function readGeneratedImages(value: ReadRecord): LlmDescription | undefined {
  const [first] = itemsOf(value);
  if (first === undefined || imageOf(first) === undefined) return undefined;
  const usage = asRecord(value["usage"]);
  return {
    get outputMessages() {
      const content = itemsOf(value).flatMap((item): LlmContent[] => {
        const text = asText(item["revised_prompt"]) ?? asText(item["enhancedPrompt"]);
        const image = imageOf(item);
        return [
          ...(text === undefined ? [] : [{ type: "text", text }]),
          ...(image === undefined ? [] : [image]),
        ];
      });
      return [{ role: "assistant", content }];
    },
    tokenCount: usage && {
      prompt: asNumber(usage["input_tokens"]),
      completion: asNumber(usage["output_tokens"]),
      total: asNumber(usage["total_tokens"]),
    },
  };
}
