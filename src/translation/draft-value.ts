// Input and output of a draft: text as text, JSON as it came, messages as what a person reads of them.
import type { LlmContent, LlmMessage } from "../openinference/llm/llm-description.ts";
import { parsedJson } from "./json-value.ts";
import type { DraftValue } from "./span-draft.ts";

/** Text, or the JSON text that some producers write. */
export function textOrJson(value: unknown): DraftValue | undefined {
  if (typeof value === "string") {
    const parsed = parsedJson(value);
    if (typeof parsed === "string") return { text: parsed, isJson: false };
    return { text: value, isJson: typeof parsed === "object" && parsed !== null };
  }
  return value === undefined || value === null ? undefined : { text: JSON.stringify(value), isJson: true };
}

/** The one text of messages that hold nothing else; `undefined` where there is more to show. */
export function onlyText(messages: readonly LlmMessage[]): string | undefined {
  const [only, second] = messages;
  if (only === undefined || second !== undefined || (only.toolCalls?.length ?? 0) > 0) return undefined;
  if (typeof only.content === "string") return only.content;
  const [part, more] = only.content ?? [];
  return more === undefined && part?.type === "text" ? part.text : undefined;
}

/** The visible text of an answer; `undefined` where it has none. */
export function answerText(messages: readonly LlmMessage[]): string | undefined {
  const text = messages
    .filter(({ role }) => role !== "tool")
    .map(({ content }) => (typeof content === "string" ? content : textOfParts(content ?? [])))
    .join("");
  return text === "" ? undefined : text;
}

const textOfParts = (parts: readonly LlmContent[]): string =>
  parts.map((part) => (part.type === "text" || part.type === "refusal" ? (part.text ?? "") : "")).join("");
