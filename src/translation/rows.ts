// Readers that many rows share.
import type { AttributeValue } from "@opentelemetry/api";
import { SESSION_ID, TAG_TAGS, USER_ID } from "@arizeai/openinference-semantic-conventions";
import { asWord } from "../openinference/read-value.ts";
import { textOrJson } from "./draft-value.ts";
import { unwrapped } from "./json-value.ts";
import type { SpanDraft } from "./span-draft.ts";
import type { RowReader } from "./vocabulary.ts";

/** A text that is an OpenInference attribute as it is. */
export const attribute =
  (target: string): RowReader =>
  (draft, value) => {
    if (typeof value !== "string" || value === "") return false;
    draft.attributes[target] ??= value;
    return true;
  };

/** The span's input as a person reads it. */
export const input: RowReader = (draft, value) => {
  const read = textOrJson(value);
  if (read === undefined) return false;
  draft.input ??= read;
  return true;
};

/** The span's output as a person reads it. */
export const output: RowReader = (draft, value) => {
  const read = textOrJson(value);
  if (read === undefined) return false;
  draft.output ??= read;
  return true;
};

/** A parameter of the model, under its own name unless another one is given. */
export const parameter =
  (name?: string): RowReader =>
  (draft, value, rest) => {
    if (value === undefined) return false;
    draft.parameters[name ?? rest] ??= unwrapped(value);
    return draft.kind === "LLM";
  };

/** Of no use on a span in Phoenix, or said by another key already. */
export const dropped: RowReader = () => true;

const SESSION_KEYS = new Set(["sessionId", "session.id", "session_id", "threadId", "thread_id"]);
const USER_KEYS = new Set(["userId", "user.id", "user_id"]);

/** Metadata of a call: session, user and tags by their names, the rest as one JSON object. */
export const metadata: RowReader = (draft, value, rest) => {
  if (value === undefined || value === null || rest === "") return false;
  if (SESSION_KEYS.has(rest) && asWord(value) !== undefined) draft.attributes[SESSION_ID] ??= value as string;
  else if (USER_KEYS.has(rest) && asWord(value) !== undefined) draft.attributes[USER_ID] ??= value as string;
  else if (rest === "tags") return tags(draft, value, rest);
  else draft.metadata[rest] ??= value;
  return true;
};

/** Tags as a list of texts, from a list, from JSON, or from text with commas. */
export const tags: RowReader = (draft, value) => {
  const read = unwrapped(value);
  const list = Array.isArray(read) ? read : typeof read === "string" ? read.split(",") : [];
  const texts = list.filter((tag): tag is string => typeof tag === "string").map((tag) => tag.trim());
  if (texts.length === 0) return false;
  draft.attributes[TAG_TAGS] ??= texts satisfies AttributeValue;
  return true;
};

/** A reader for spans of some kinds; on others the attribute stays. */
export const onKinds =
  (kinds: readonly SpanDraft["kind"][], read: RowReader): RowReader =>
  (draft, value, rest) =>
    kinds.includes(draft.kind) && read(draft, value, rest);
