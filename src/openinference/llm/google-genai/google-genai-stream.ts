// The chunks of generateContentStream, made into one response.
import { GoogleCallDraft } from "./google-genai-call-draft.ts";
import type { LlmFold } from "../llm-shape.ts";
import { mergeUsage } from "../token-count.ts";
import { asNumber, asRecord, asRecords, asText, type ReadRecord } from "../../read-value.ts";

type PartDraft = Record<string, unknown>;

interface CandidateDraft {
  role: string | undefined;
  finishReason: string | undefined;
  readonly parts: PartDraft[];
  /** The function call that goes on in the next part. */
  openCall: { readonly part: PartDraft; readonly draft: GoogleCallDraft } | undefined;
}

export function isGoogleChunk(value: ReadRecord): boolean {
  return Array.isArray(value["candidates"]) || asRecord(value["usageMetadata"]) !== undefined;
}

export function createGoogleFold(): LlmFold {
  const candidates = new Map<number, CandidateDraft>();
  const kept: Record<string, unknown> = {};
  return {
    add(chunk) {
      for (const key of ["responseId", "modelVersion", "promptFeedback"]) {
        if (chunk[key] !== undefined) kept[key] = chunk[key];
      }
      const usage = mergeUsage(kept["usageMetadata"], chunk["usageMetadata"]);
      if (usage !== undefined) kept["usageMetadata"] = usage;
      for (const candidate of asRecords(chunk["candidates"])) {
        const index = asNumber(candidate["index"]) ?? 0;
        let draft = candidates.get(index);
        if (draft === undefined) candidates.set(index, (draft = createCandidateDraft()));
        draft.finishReason = asText(candidate["finishReason"]) ?? draft.finishReason;
        const content = asRecord(candidate["content"]);
        draft.role ??= asText(content?.["role"]);
        for (const part of asRecords(content?.["parts"])) addPart(draft, part);
      }
    },
    text() {
      let text = "";
      for (const part of candidates.get(0)?.parts ?? []) {
        if (part["thought"] !== true) text += asText(part["text"]) ?? "";
      }
      return text || undefined;
    },
    hasOutput() {
      for (const { parts } of candidates.values()) if (parts.length > 0) return true;
      return false;
    },
    isNext(chunk) {
      const [id, known] = [chunk["responseId"], kept["responseId"]];
      return typeof id === "string" && typeof known === "string" && id !== known && hasFinished(candidates);
    },
    result: () => ({
      ...kept,
      candidates: [...candidates]
        .toSorted(([a], [b]) => a - b)
        .map(([, { role, finishReason, parts }]) => ({ finishReason, content: { role, parts } })),
    }),
  };
}

const createCandidateDraft = (): CandidateDraft => ({
  role: undefined,
  finishReason: undefined,
  parts: [],
  openCall: undefined,
});

const hasFinished = (candidates: ReadonlyMap<number, CandidateDraft>): boolean =>
  candidates.get(0)?.finishReason !== undefined;

/** Text goes on in the part before it when both are answer or both are thought; the signature comes last. */
function addPart(candidate: CandidateDraft, part: ReadRecord): void {
  const { parts } = candidate;
  const call = asRecord(part["functionCall"]);
  if (call !== undefined) {
    addCall(candidate, part, call);
    return;
  }
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

function addCall(candidate: CandidateDraft, part: ReadRecord, call: ReadRecord): void {
  let { openCall } = candidate;
  if (openCall?.draft.continues(call) === true) {
    openCall.draft.add(call);
    openCall.part["thoughtSignature"] ??= part["thoughtSignature"];
  } else if (GoogleCallDraft.isOpen(call) || call["partialArgs"] !== undefined) {
    openCall = { part: { ...part }, draft: new GoogleCallDraft(call) };
    candidate.parts.push(openCall.part);
  } else {
    candidate.parts.push({ ...part });
    return;
  }
  openCall.part["functionCall"] = openCall.draft.result();
  candidate.openCall = GoogleCallDraft.isOpen(call) ? openCall : undefined;
}
