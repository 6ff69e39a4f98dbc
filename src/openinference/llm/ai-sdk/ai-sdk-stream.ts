// The parts of an AI SDK stream (fullStream, UI messages, a model's own), made into a result with steps.
import type { LlmFold } from "../llm-shape.ts";
import { asRecord, asText, asWord, type ReadRecord } from "../../read-value.ts";

const PARTS = new Set([
  "start",
  "start-step",
  "step-start",
  "stream-start",
  "response-metadata",
  "text",
  "text-start",
  "text-delta",
  "text-end",
  "reasoning",
  "reasoning-start",
  "reasoning-delta",
  "reasoning-end",
  "tool-input-start",
  "tool-input-delta",
  "tool-input-end",
  "tool-input-available",
  "tool-output-available",
  "tool-call-streaming-start",
  "tool-call-delta",
  "tool-call",
  "tool-result",
  "tool-error",
  "source",
  "file",
  "finish-step",
  "step-finish",
  "finish",
  "abort",
  "error",
  "raw",
]);

/** Kept as they are: they are content, whole when they come. */
const WHOLE_PARTS = new Set(["tool-call", "tool-result", "tool-error", "file", "source"]);

/** What the end of a step says of it. */
const STEP_END = ["finishReason", "usage", "response", "providerMetadata", "experimental_providerMetadata"];

type ContentDraft = Record<string, unknown>;

interface StepDraft {
  readonly content: ContentDraft[];
  readonly kept: Record<string, unknown>;
}

export function isAiSdkChunk(value: ReadRecord): boolean {
  return PARTS.has(asText(value["type"]) ?? "");
}

export function createAiSdkFold(): LlmFold {
  const steps: StepDraft[] = [];
  let isStepOpen = false;
  let total: unknown;
  let finishReason: unknown;
  let metadata: unknown;

  const step = (): StepDraft => {
    const last = steps.at(-1);
    if (isStepOpen && last !== undefined) return last;
    const next: StepDraft = { content: [], kept: {} };
    steps.push(next);
    isStepOpen = true;
    return next;
  };

  return {
    add(part) {
      const type = asText(part["type"]) ?? "";
      if (WHOLE_PARTS.has(type)) {
        step().content.push({ ...part });
      } else if (type.startsWith("text") || type.startsWith("reasoning")) {
        addText(step().content, type.startsWith("text") ? "text" : "reasoning", part);
      } else if (type.startsWith("tool-")) {
        addUiTool(step().content, type, part);
      } else if (type === "response-metadata") {
        step().kept["response"] = part;
      } else if (type === "finish-step" || type === "step-finish") {
        for (const key of STEP_END) {
          if (part[key] !== undefined) step().kept[key] = part[key];
        }
        isStepOpen = false;
      } else if (type === "finish") {
        finishReason = part["finishReason"];
        total = part["totalUsage"] ?? part["usage"];
        metadata = part["providerMetadata"] ?? part["experimental_providerMetadata"];
      }
    },
    text: () => textOfLast(steps),
    hasOutput: () => steps.some(({ content }) => content.some((part) => part["text"] !== "")),
    result: () => ({
      totalUsage: total ?? steps.at(-1)?.kept["usage"],
      providerMetadata: metadata,
      steps: steps.map(({ content, kept }, index) => ({
        ...kept,
        // A stream cut short has no reason to have finished; it is a result all the same.
        finishReason: kept["finishReason"] ?? (index === steps.length - 1 ? finishReason : undefined) ?? "",
        content,
      })),
    }),
  };
}

/** The answer is the text of the last step that has one: steps before it said what they were about to do. */
function textOfLast(steps: readonly StepDraft[]): string | undefined {
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    let text = "";
    for (const part of steps[index]?.content ?? []) {
      if (part["type"] === "text") text += asText(part["text"]) ?? "";
    }
    if (text !== "") return text;
  }
  return undefined;
}

/** Deltas go on in the open part of the same id: parts of two ids may interleave. */
function addText(content: ContentDraft[], kind: "text" | "reasoning", part: ReadRecord): void {
  const delta = asText(part["text"]) ?? asText(part["delta"]) ?? asText(part["textDelta"]) ?? "";
  const id = part["id"];
  const isStart = asText(part["type"])?.endsWith("-start") === true;
  const open = isStart
    ? undefined
    : content.findLast((draft) => draft["type"] === kind && draft["id"] === id);
  const metadata = asRecord(part["providerMetadata"]);
  if (open === undefined) {
    content.push({ type: kind, id, text: delta, ...(metadata && { providerMetadata: metadata }) });
    return;
  }
  open["text"] = `${asText(open["text"]) ?? ""}${delta}`;
  // A thought's signature comes with its last, empty delta or with its end.
  if (metadata !== undefined) open["providerMetadata"] = metadata;
}

/** UI message streams have whole inputs and outputs under names of their own. */
function addUiTool(content: ContentDraft[], type: string, part: ReadRecord): void {
  if (asWord(part["toolCallId"]) === undefined) return;
  if (type === "tool-input-available") content.push({ ...part, type: "tool-call" });
  else if (type === "tool-output-available") content.push({ ...part, type: "tool-result" });
}
