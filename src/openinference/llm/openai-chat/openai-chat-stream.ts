// The chunks of a Chat Completions stream, made into a completion.
import type { LlmFold } from "../llm-shape.ts";
import { readContentList } from "./openai-chat-content.ts";
import { ToolCallDrafts } from "./openai-chat-tool-calls.ts";
import { usageOf } from "./openai-chat-usage.ts";
import { mergeUsage } from "../token-count.ts";
import { asNumber, asRecord, asRecords, asText, asWord, firstOf, type ReadRecord } from "../../read-value.ts";

/** One choice as far as it has come; text is kept joined, not as chunks. */
interface ChoiceDraft {
  role: string | undefined;
  /** How often the role was said: some servers say it with every chunk. */
  roles: number;
  content: string;
  reasoning: string;
  refusal: string;
  /** What came among the content that is neither text nor thought. */
  readonly parts: ReadRecord[];
  audio: { id: string | undefined; data: string; transcript: string } | undefined;
  readonly toolCalls: ToolCallDrafts;
  finishReason: string | undefined;
  /** Whether the reason came alone, as OpenAI has it: other servers give one with every piece. */
  isEnded: boolean;
  filtered: boolean;
}

/** Members of the chunks that belong to the whole answer: the last value counts. */
const KEPT = ["id", "model", "provider", "x_groq", "system_fingerprint", "prompt_filter_results"] as const;

/** A chunk has `choices` with deltas, or a text of the legacy completions; the last one may have usage and no choice. */
export function isOpenAiChatChunk(value: ReadRecord): boolean {
  if (!Array.isArray(value["choices"])) return false;
  if (value["object"] === "chat.completion.chunk" || value["object"] === "text_completion") return true;
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
      const usage = usageOf(chunk);
      if (usage !== undefined) kept["usage"] = mergeUsage(kept["usage"], usage);
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
    hasOutput() {
      for (const draft of choices.values()) if (hasOutput(draft)) return true;
      return false;
    },
    isNext: (chunk) =>
      asRecords(chunk["choices"]).some((choice) => {
        const draft = choices.get(asNumber(choice["index"]) ?? 0);
        return draft?.finishReason !== undefined && isBeginning(draft, kept["id"], chunk["id"], choice);
      }),
    result: () => ({
      ...kept,
      object: "chat.completion",
      choices: [...choices].toSorted(([a], [b]) => a - b).map(([, draft]) => finishedChoice(draft)),
    }),
  };
}

const createChoiceDraft = (): ChoiceDraft => ({
  role: undefined,
  roles: 0,
  content: "",
  reasoning: "",
  refusal: "",
  parts: [],
  audio: undefined,
  toolCalls: new ToolCallDrafts(),
  finishReason: undefined,
  isEnded: false,
  filtered: false,
});

const hasOutput = (draft: ChoiceDraft): boolean =>
  draft.content !== "" ||
  draft.reasoning !== "" ||
  draft.refusal !== "" ||
  draft.parts.length > 0 ||
  draft.audio !== undefined ||
  !draft.toolCalls.isEmpty;

/**
 * Whether more content after the end of an answer is the next answer of an agent's loop: it has another id, or says its role
 * once more.
 */
function isBeginning(draft: ChoiceDraft, known: unknown, id: unknown, choice: ReadRecord): boolean {
  const delta = asRecord(choice["delta"]);
  if (!hasContent(delta)) return false;
  return (
    (id !== undefined && known !== id) ||
    (draft.isEnded && draft.roles === 1 && delta?.["role"] !== undefined)
  );
}

function hasContent(delta: ReadRecord | undefined): boolean {
  const content = delta?.["content"];
  return (
    (Array.isArray(content) ? content.length > 0 : asWord(content) !== undefined) ||
    asRecords(firstOf(delta, "tool_calls", "toolCalls")).length > 0 ||
    asWord(firstOf(delta, "reasoning_content", "reasoning")) !== undefined
  );
}

function addChoice(draft: ChoiceDraft, choice: ReadRecord): void {
  const delta = asRecord(choice["delta"]);
  const finishReason = asWord(firstOf(choice, "finish_reason", "finishReason"));
  draft.isEnded ||= finishReason !== undefined && !hasContent(delta);
  draft.finishReason = finishReason ?? draft.finishReason;
  draft.filtered ||= "content_filter_results" in choice;
  draft.content += asText(choice["text"]) ?? "";
  if (delta === undefined) return;
  if (typeof delta["role"] === "string") {
    draft.role ??= delta["role"];
    draft.roles++;
  }
  addContent(draft, delta["content"]);
  draft.reasoning += asText(delta["reasoning_content"]) ?? asText(delta["reasoning"]) ?? "";
  draft.refusal += asText(delta["refusal"]) ?? "";
  for (const image of asRecords(delta["images"])) draft.parts.push(image);
  const audio = asRecord(delta["audio"]);
  if (audio !== undefined) {
    draft.audio ??= { id: undefined, data: "", transcript: "" };
    draft.audio.id ??= asText(audio["id"]);
    draft.audio.data += asText(audio["data"]) ?? "";
    draft.audio.transcript += asText(audio["transcript"]) ?? "";
  }
  for (const call of asRecords(firstOf(delta, "tool_calls", "toolCalls"))) draft.toolCalls.add(call);
  const legacyCall = asRecord(delta["function_call"]);
  if (legacyCall !== undefined) draft.toolCalls.add({ index: 0, function: legacyCall });
}

/** Mistral's reasoning models give lists, whose thoughts and texts go on in the chunks that follow. */
function addContent(draft: ChoiceDraft, content: unknown): void {
  if (typeof content === "string") {
    draft.content += content;
    return;
  }
  const { text, reasoning, others } = readContentList(content);
  draft.content += text;
  draft.reasoning += reasoning;
  draft.parts.push(...others);
}

function finishedChoice(draft: ChoiceDraft): ReadRecord {
  const text = draft.content === "" ? [] : [{ type: "text", text: draft.content }];
  return {
    finish_reason: draft.finishReason,
    ...(draft.filtered && { content_filter_results: {} }),
    message: {
      role: draft.role ?? "assistant",
      content: draft.parts.length === 0 ? draft.content : [...text, ...draft.parts],
      reasoning_content: draft.reasoning,
      refusal: draft.refusal,
      audio: draft.audio,
      tool_calls: draft.toolCalls.result(),
    },
  };
}
