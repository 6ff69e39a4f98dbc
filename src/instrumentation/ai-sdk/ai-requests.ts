// What of the AI SDK's events is asked and answered, in the words of its own calls, which the readers know.
import { asRecord, asRecords, type ReadRecord } from "../../openinference/read-value.ts";

/** An event of the AI SDK. */
export type AiEvent = ReadRecord;

/** Members of a call that are asked; its headers may hold keys. */
const ASKED = [
  "system",
  "instructions",
  "prompt",
  "messages",
  "tools",
  "toolChoice",
  "maxOutputTokens",
  "temperature",
  "topP",
  "topK",
  "presencePenalty",
  "frequencyPenalty",
  "stopSequences",
  "seed",
  "schema",
] as const;

/** Members of a step that are answered. */
const ANSWERED = ["content", "object", "finishReason", "usage", "providerMetadata"] as const;

/** What came of a model's calls of tools is in the content of a step, and no answer of the model. */
const isAnswer = (part: AiEvent): boolean =>
  part["providerExecuted"] === true || (part["type"] !== "tool-result" && part["type"] !== "tool-error");

const pick = (event: AiEvent, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => event[name] !== undefined).map((name) => [name, event[name]]));

/** The model that an event names, as a call has it. Never the event's own object, by which steps are told apart. */
const modelOf = (event: AiEvent): unknown => {
  const { provider, modelId } = asRecord(event["model"]) ?? event;
  return { provider, modelId };
};

/** The call of a model: `settings` are those of the operation, which a step does not repeat. */
export const requestOf = (event: AiEvent, settings: AiEvent = {}): unknown => {
  const { messages, ...asked } = { ...pick(settings, SETTINGS), ...pick(event, ASKED) };
  const prompt = messages ?? event["promptMessages"];
  return { model: modelOf(event), ...asked, ...(prompt !== undefined && { messages: prompt }) };
};

const SETTINGS = ASKED.slice(ASKED.indexOf("toolChoice"));

/** What a model answered. */
export const answerOf = (event: AiEvent): unknown => {
  const response = asRecord(event["response"]);
  const modelId = response?.["modelId"] ?? event["modelId"];
  const id = response?.["id"] ?? event["responseId"];
  const text = event["objectText"];
  return {
    ...pick(event, ANSWERED),
    ...(Array.isArray(event["content"]) && { content: asRecords(event["content"]).filter(isAnswer) }),
    ...(event["content"] === undefined && typeof text === "string" && { content: [{ type: "text", text }] }),
    response: { ...(id !== undefined && { id }), ...(modelId !== undefined && { modelId }) },
  };
};

/** What an operation was asked: the texts and messages alone. */
export const askedOf = (event: AiEvent): unknown => pick(event, ASKED.slice(0, 4));

/** What an operation gave: its text, its object, or what it called. */
export const gaveOf = (event: AiEvent): unknown => {
  if (event["object"] !== undefined) return event["object"];
  const text = event["text"];
  if (typeof text === "string" && text !== "") return text;
  return event["toolCalls"] ?? event["embedding"] ?? event["content"];
};
