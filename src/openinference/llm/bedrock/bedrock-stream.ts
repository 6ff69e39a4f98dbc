// The events of ConverseStream, made into an answer of Converse.
import type { LlmFold } from "../llm-shape.ts";
import { mergeUsage } from "../token-count.ts";
import { asNumber, asRecord, asText, type ReadRecord } from "../../read-value.ts";

interface BlockDraft {
  toolUse: ReadRecord | undefined;
  text: string;
  input: string;
  reasoning: string;
  signature: string | undefined;
  redacted: unknown;
}

const EVENTS = [
  "messageStart",
  "contentBlockStart",
  "contentBlockDelta",
  "contentBlockStop",
  "messageStop",
  "metadata",
];

export function isBedrockChunk(value: ReadRecord): boolean {
  const name = EVENTS.find((event) => event in value);
  if (name === undefined) return false;
  // Anybody's chunk may have metadata.
  return name === "metadata"
    ? asRecord(asRecord(value["metadata"])?.["usage"])?.["inputTokens"] !== undefined
    : asRecord(value[name]) !== undefined;
}

export function createBedrockFold(): LlmFold {
  const blocks = new Map<number, BlockDraft>();
  let role: string | undefined;
  let stopReason: unknown;
  let usage: ReadRecord | undefined;
  let trace: unknown;

  const blockAt = (event: ReadRecord): BlockDraft => {
    const index = asNumber(event["contentBlockIndex"]) ?? 0;
    let block = blocks.get(index);
    if (block === undefined) {
      const fresh = { toolUse: undefined, text: "", input: "", reasoning: "" };
      blocks.set(index, (block = { ...fresh, signature: undefined, redacted: undefined }));
    }
    return block;
  };

  return {
    add(event) {
      role ??= asText(asRecord(event["messageStart"])?.["role"]);
      const start = asRecord(event["contentBlockStart"]);
      if (start !== undefined) blockAt(start).toolUse = asRecord(asRecord(start["start"])?.["toolUse"]);
      const delta = asRecord(event["contentBlockDelta"]);
      if (delta !== undefined) addDelta(blockAt(delta), asRecord(delta["delta"]) ?? {});
      stopReason = asRecord(event["messageStop"])?.["stopReason"] ?? stopReason;
      const metadata = asRecord(event["metadata"]);
      usage = mergeUsage(usage, metadata?.["usage"]);
      trace ??= metadata?.["trace"];
    },
    text() {
      let text = "";
      for (const block of blocks.values()) text += block.text;
      return text || undefined;
    },
    hasOutput: () => blocks.size > 0,
    isNext: (event) => stopReason !== undefined && "messageStart" in event,
    result: () => ({
      output: {
        message: {
          role: role ?? "assistant",
          content: [...blocks].toSorted(([a], [b]) => a - b).map(([, block]) => finishedBlock(block)),
        },
      },
      stopReason,
      usage,
      trace,
    }),
  };
}

function addDelta(block: BlockDraft, delta: ReadRecord): void {
  block.text += asText(delta["text"]) ?? "";
  block.input += asText(asRecord(delta["toolUse"])?.["input"]) ?? "";
  const thought = asRecord(delta["reasoningContent"]);
  block.reasoning += asText(thought?.["text"]) ?? "";
  block.signature = asText(thought?.["signature"]) ?? block.signature;
  block.redacted ??= thought?.["redactedContent"];
}

function finishedBlock(block: BlockDraft): ReadRecord {
  // The arguments stay the text the model wrote: a stream cut short has no whole JSON.
  if (block.toolUse !== undefined) return { toolUse: { ...block.toolUse, input: block.input || {} } };
  if (block.redacted !== undefined) return { reasoningContent: { redactedContent: block.redacted } };
  if (block.reasoning === "" && block.signature === undefined) return { text: block.text };
  return { reasoningContent: { reasoningText: { text: block.reasoning, signature: block.signature } } };
}
