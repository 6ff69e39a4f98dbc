// The chunks of generateContentStream, made into one response.
import type { LlmFold } from "../llm-shape.ts";
import { asNumber, asRecord, asRecords, asText, type ReadRecord } from "../../read-value.ts";

type PartDraft = Record<string, unknown>;

interface CandidateDraft {
  role: string | undefined;
  finishReason: string | undefined;
  readonly parts: PartDraft[];
}

export function isGoogleChunk(value: ReadRecord): boolean {
  return Array.isArray(value["candidates"]) || asRecord(value["usageMetadata"]) !== undefined;
}

export function createGoogleFold(): LlmFold {
  const candidates = new Map<number, CandidateDraft>();
  const kept: Record<string, unknown> = {};
  return {
    add(chunk) {
      for (const key of ["modelVersion", "usageMetadata", "promptFeedback"]) {
        if (chunk[key] !== undefined) kept[key] = chunk[key];
      }
      for (const candidate of asRecords(chunk["candidates"])) {
        const index = asNumber(candidate["index"]) ?? 0;
        let draft = candidates.get(index);
        if (draft === undefined) {
          candidates.set(index, (draft = { role: undefined, finishReason: undefined, parts: [] }));
        }
        draft.finishReason = asText(candidate["finishReason"]) ?? draft.finishReason;
        const content = asRecord(candidate["content"]);
        draft.role ??= asText(content?.["role"]);
        for (const part of asRecords(content?.["parts"])) addPart(draft.parts, part);
      }
    },
    text() {
      let text = "";
      for (const part of candidates.get(0)?.parts ?? []) {
        if (part["thought"] !== true) text += asText(part["text"]) ?? "";
      }
      return text || undefined;
    },
    result: () => ({
      ...kept,
      candidates: [...candidates]
        .toSorted(([a], [b]) => a - b)
        .map(([, { role, finishReason, parts }]) => ({ finishReason, content: { role, parts } })),
    }),
  };
}

/** Text goes on in the part before it when both are answer or both are thought; the signature comes last. */
function addPart(parts: PartDraft[], part: ReadRecord): void {
  const text = asText(part["text"]);
  const last = parts.at(-1);
  const sameKind = last !== undefined && (last["thought"] === true) === (part["thought"] === true);
  if (text !== undefined && sameKind && typeof last["text"] === "string") {
    last["text"] += text;
    last["thoughtSignature"] ??= part["thoughtSignature"];
  } else {
    parts.push({ ...part });
  }
}
