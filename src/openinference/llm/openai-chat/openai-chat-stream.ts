// The chunks of a Chat Completions stream, made into a completion.
import type { LlmFold } from "../llm-shape.ts";
import { asNumber, asRecord, asRecords, asText, type ReadRecord } from "../../read-value.ts";

interface ToolCallDraft {
  id: string | undefined;
  type: string | undefined;
  name: string;
  input: string;
}

/** One choice as far as it has come; text is kept joined, not as chunks. */
interface ChoiceDraft {
  role: string | undefined;
  content: string;
  reasoning: string;
  refusal: string;
  audio: { id: string | undefined; data: string; transcript: string } | undefined;
  toolCalls: Map<number, ToolCallDraft>;
  finishReason: string | undefined;
  filtered: boolean;
}

/** Members of the chunks that belong to the whole answer: the last value counts. */
const KEPT = ["model", "usage", "x_groq", "system_fingerprint", "prompt_filter_results"] as const;

/** A chunk has `choices` with deltas; the last one may have usage and no choice. */
export function isOpenAiChatChunk(value: ReadRecord): boolean {
  if (!Array.isArray(value["choices"])) return false;
  if (value["object"] === "chat.completion.chunk") return true;
  return asRecord(value["choices"][0])?.["delta"] !== undefined;
}

export function createOpenAiChatFold(): LlmFold {
  const choices = new Map<number, ChoiceDraft>();
  const kept: Record<string, unknown> = {};
  return {
    add(chunk) {
      for (const key of KEPT) {
        const value = chunk[key];
        if (value !== undefined && value !== null && value !== "") kept[key] = value;
      }
      for (const choice of asRecords(chunk["choices"])) {
        const index = asNumber(choice["index"]) ?? 0;
        let draft = choices.get(index);
        if (draft === undefined) choices.set(index, (draft = createChoiceDraft()));
        addChoice(draft, choice);
      }
    },
    text() {
      const first = choices.get(0);
      return first === undefined ? undefined : first.content + first.refusal || undefined;
    },
    result: () => ({
      ...kept,
      object: "chat.completion",
      choices: [...choices].toSorted(([a], [b]) => a - b).map(([, draft]) => finishedChoice(draft)),
    }),
  };
}

const createChoiceDraft = (): ChoiceDraft => ({
  role: undefined,
  content: "",
  reasoning: "",
  refusal: "",
  audio: undefined,
  toolCalls: new Map(),
  finishReason: undefined,
  filtered: false,
});

function addChoice(draft: ChoiceDraft, choice: ReadRecord): void {
  const delta = asRecord(choice["delta"]);
  draft.finishReason = asText(choice["finish_reason"]) ?? draft.finishReason;
  draft.filtered ||= "content_filter_results" in choice;
  if (delta === undefined) return;
  draft.role ??= asText(delta["role"]);
  draft.content += asText(delta["content"]) ?? "";
  draft.reasoning += asText(delta["reasoning_content"]) ?? asText(delta["reasoning"]) ?? "";
  draft.refusal += asText(delta["refusal"]) ?? "";
  const audio = asRecord(delta["audio"]);
  if (audio !== undefined) {
    draft.audio ??= { id: undefined, data: "", transcript: "" };
    draft.audio.id ??= asText(audio["id"]);
    draft.audio.data += asText(audio["data"]) ?? "";
    draft.audio.transcript += asText(audio["transcript"]) ?? "";
  }
  if (delta["tool_calls"] !== undefined) {
    for (const [position, call] of asRecords(delta["tool_calls"]).entries()) {
      addToolCall(draft, asNumber(call["index"]) ?? position, call);
    }
  }
  const legacyCall = asRecord(delta["function_call"]);
  if (legacyCall !== undefined) addToolCall(draft, 0, { function: legacyCall });
}

function addToolCall(draft: ChoiceDraft, index: number, call: ReadRecord): void {
  let known = draft.toolCalls.get(index);
  if (known === undefined) {
    draft.toolCalls.set(index, (known = { id: undefined, type: undefined, name: "", input: "" }));
  }
  const called = asRecord(call["function"]) ?? asRecord(call["custom"]);
  known.id ??= asText(call["id"]);
  known.type ??= asText(call["type"]);
  // Some servers repeat the whole name with every chunk; OpenAI sends it once.
  if (known.name === "") known.name = asText(called?.["name"]) ?? "";
  known.input += asText(called?.["arguments"]) ?? asText(called?.["input"]) ?? "";
}

function finishedChoice(draft: ChoiceDraft): ReadRecord {
  return {
    finish_reason: draft.finishReason,
    ...(draft.filtered && { content_filter_results: {} }),
    message: {
      role: draft.role ?? "assistant",
      content: draft.content,
      reasoning_content: draft.reasoning,
      refusal: draft.refusal,
      audio: draft.audio,
      tool_calls: [...draft.toolCalls]
        .toSorted(([a], [b]) => a - b)
        .map(([, call]) => ({ id: call.id, function: { name: call.name, arguments: call.input } })),
    },
  };
}
