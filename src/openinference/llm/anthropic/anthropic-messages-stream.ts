// The events of a Messages stream, made into a message.
import type { LlmFold } from "../llm-shape.ts";
import { mergeUsage } from "../token-count.ts";
import { asNumber, asRecord, asText, type ReadRecord } from "../../read-value.ts";

/** One content block as far as it has come: what it started with, and what its deltas add. */
interface BlockDraft {
  readonly start: ReadRecord;
  text: string;
  thinking: string;
  signature: string;
  inputJson: string;
}

const EVENTS = new Set([
  "message_start",
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_delta",
  "message_stop",
]);

export function isAnthropicChunk(value: ReadRecord): boolean {
  return EVENTS.has(asText(value["type"]) ?? "");
}

export function createAnthropicFold(): LlmFold {
  const message: Record<string, unknown> = { type: "message", role: "assistant" };
  const blocks = new Map<number, BlockDraft>();
  let usage: ReadRecord | undefined;
  let isStarted = false;

  return {
    add(event) {
      const index = asNumber(event["index"]) ?? 0;
      if (event["type"] === "message_start") {
        const start = asRecord(event["message"]);
        message["model"] = start?.["model"];
        message["role"] = asText(start?.["role"]) ?? "assistant";
        isStarted = true;
        usage = mergeUsage(usage, start?.["usage"]);
      } else if (event["type"] === "content_block_start") {
        blocks.set(index, createBlockDraft(asRecord(event["content_block"]) ?? {}));
      } else if (event["type"] === "content_block_delta") {
        let block = blocks.get(index);
        if (block === undefined) blocks.set(index, (block = createBlockDraft({ type: "text" })));
        addDelta(block, asRecord(event["delta"]) ?? {});
      } else if (event["type"] === "message_delta") {
        message["stop_reason"] = asRecord(event["delta"])?.["stop_reason"] ?? message["stop_reason"];
        usage = mergeUsage(usage, event["usage"]);
      }
    },
    text() {
      let text = "";
      for (const block of blocks.values()) text += block.text;
      return text || undefined;
    },
    hasOutput: () => blocks.size > 0,
    isNext: (event) => isStarted && event["type"] === "message_start",
    result: () => ({
      ...message,
      usage,
      content: [...blocks].toSorted(([a], [b]) => a - b).map(([, block]) => finishedBlock(block)),
    }),
  };
}

const createBlockDraft = (start: ReadRecord): BlockDraft => ({
  start,
  text: asText(start["text"]) ?? "",
  thinking: asText(start["thinking"]) ?? "",
  signature: asText(start["signature"]) ?? "",
  inputJson: "",
});

function addDelta(block: BlockDraft, delta: ReadRecord): void {
  block.text += asText(delta["text"]) ?? "";
  block.thinking += asText(delta["thinking"]) ?? "";
  block.signature += asText(delta["signature"]) ?? "";
  block.inputJson += asText(delta["partial_json"]) ?? "";
}

function finishedBlock(block: BlockDraft): ReadRecord {
  const { start } = block;
  if (start["type"] === "text") return { ...start, text: block.text };
  if (start["type"] === "thinking") {
    return { ...start, thinking: block.thinking, signature: block.signature };
  }
  // The arguments stay the text the model wrote: a stream cut short has no whole JSON.
  return block.inputJson === "" ? start : { ...start, input: block.inputJson };
}
