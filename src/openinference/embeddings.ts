// The model, the texts and the vectors of an embedding call as attributes.
import type { Attributes } from "@opentelemetry/api";
import {
  EMBEDDING_EMBEDDINGS,
  EMBEDDING_MODEL_NAME,
  EMBEDDING_TEXT,
  EMBEDDING_VECTOR,
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_TOTAL,
} from "@arizeai/openinference-semantic-conventions";
import { asNumber, asVector, property } from "./read-property.ts";

const textsOf = (value: unknown): string[] | undefined => {
  if (typeof value === "string") return [value];
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((item) => typeof item === "string") ? value : undefined;
};

/** Reads a text, a list of texts, or a request such as OpenAI's `{ model, input }`. */
export function embeddingInput(args: readonly unknown[]): Attributes {
  const [first] = args;
  const attributes: Attributes = {};
  const model = property(first, "model");
  const name = typeof model === "string" ? model : property(model, "modelId");
  if (typeof name === "string") attributes[EMBEDDING_MODEL_NAME] = name;
  const texts = textsOf(first) ?? textsOf(property(first, "input", "texts", "values", "value", "contents"));
  for (const [index, text] of (texts ?? []).entries()) {
    attributes[`${EMBEDDING_EMBEDDINGS}.${index}.${EMBEDDING_TEXT}`] = text;
  }
  return attributes;
}

/** One vector, bare or held as `{ embedding }` or `{ values }`. */
const vectorOf = (value: unknown): number[] | undefined =>
  asVector(value) ?? asVector(property(value, "embedding", "values", "vector"));

function vectorsOf(result: unknown): number[][] | undefined {
  const one = vectorOf(result);
  if (one !== undefined) return [one];
  const list = Array.isArray(result)
    ? result
    : property(result, "data", "embeddings", "vectors", "predictions");
  if (!Array.isArray(list)) return undefined;
  const vectors: number[][] = [];
  for (const item of list) {
    const vector = vectorOf(item);
    if (vector === undefined) return undefined;
    vectors.push(vector);
  }
  return vectors.length > 0 ? vectors : undefined;
}

/** The vectors, the answering model and the token counts of an embedding result. */
export function embeddingOutput(result: unknown): Attributes | undefined {
  const vectors = vectorsOf(result);
  if (vectors === undefined) return undefined;
  const attributes: Attributes = {};
  for (const [index, vector] of vectors.entries()) {
    attributes[`${EMBEDDING_EMBEDDINGS}.${index}.${EMBEDDING_VECTOR}`] = vector;
  }
  if (Array.isArray(result)) return attributes;
  const model = property(result, "model");
  if (typeof model === "string") attributes[EMBEDDING_MODEL_NAME] = model;
  const usage = property(result, "usage");
  const prompt = asNumber(property(usage, "prompt_tokens", "promptTokens", "tokens"));
  const total = asNumber(property(usage, "total_tokens", "totalTokens")) ?? prompt;
  if (prompt !== undefined) attributes[LLM_TOKEN_COUNT_PROMPT] = prompt;
  if (total !== undefined) attributes[LLM_TOKEN_COUNT_TOTAL] = total;
  return attributes;
}
