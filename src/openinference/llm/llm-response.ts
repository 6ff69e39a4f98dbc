// A whole answer, whichever provider's shape it has.
import { asList, asRecord, guarded, type ReadRecord } from "../read-value.ts";
import { jsonBodyOf } from "../json-body.ts";
import type { LlmDescription } from "./llm-description.ts";
import { readGeneratedImages } from "./generated-images.ts";
import { LLM_SHAPES } from "./llm-shapes.ts";
import { isBareMessage, readBareMessage } from "./message-list.ts";

/** Describes what a function gave; undefined when its shape is unknown. A text counts where a request was one of a chat. */
export function readResponse(result: unknown, isRequestKnown: boolean): LlmDescription | undefined {
  if (typeof result === "string") return isRequestKnown ? textAnswer(result) : undefined;
  if (isRequestKnown && isTexts(result)) return textAnswer(result.join(""));
  const record = asRecord(result);
  if (record === undefined || !isWhole(record)) return undefined;
  const answer = readAnswer(record);
  if (answer !== undefined) return answer;
  const held = heldAnswer(record);
  return (held && readAnswer(held)) ?? (isBareMessage(record) ? readBareMessage(record) : undefined);
}

/**
 * What the SDKs' `withResponse()` gives, and a response of axios, has the answer in `data`; Google's SDKs before GenAI have it
 * in `response`, Bedrock's InvokeModel as JSON.
 */
function heldAnswer(record: ReadRecord): ReadRecord | undefined {
  if ("body" in record) return jsonBodyOf(record);
  const isResponse = "response" in record || "config" in record || "rawResponse" in record;
  const data = isResponse ? asRecord(record["data"]) : undefined;
  if (data !== undefined || !("response" in record)) return data;
  return asRecord(Object.getOwnPropertyDescriptor(record, "response")?.value);
}

/** Describes an answer of a provider's shape. */
export function readAnswer(record: ReadRecord): LlmDescription | undefined {
  if (!isWhole(record)) return undefined;
  for (const shape of LLM_SHAPES) {
    const description = guarded(() => shape.response(record));
    if (description !== undefined) return description;
  }
  return guarded(() => readGeneratedImages(record));
}

const textAnswer = (content: string): LlmDescription => ({
  outputMessages: [{ role: "assistant", content }],
});

/** Replicate gives a text in pieces. */
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && asList(value).every((item) => typeof item === "string");

/**
 * A promise, a stream, or an AI SDK stream result is no value yet. Only the presence of a member is asked: reading one
 * may start the call (`then` of a lazy thenable) or consume the stream (`text` of streamText's result).
 */
export function isWhole(record: ReadRecord): boolean {
  return !(
    "then" in record ||
    Symbol.asyncIterator in record ||
    "getReader" in record ||
    "textStream" in record ||
    "partialObjectStream" in record
  );
}
