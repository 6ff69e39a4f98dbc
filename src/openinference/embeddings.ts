// Embedding calls: from the shapes SDKs have to a plain description, from there to attributes.
// One more shape is a name more in readEmbeddingRequest, vectorOf or vectorsOf.
import type { Attributes } from "@opentelemetry/api";
import {
  EMBEDDING_EMBEDDINGS,
  EMBEDDING_MODEL_NAME,
  EMBEDDING_TEXT,
  EMBEDDING_VECTOR,
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_TOTAL,
} from "@arizeai/openinference-semantic-conventions";
import { writeAttributes } from "./attribute-writer.ts";
import { asList, asNumber, asText, asVector, firstOf } from "./read-value.ts";

/** An embedding call, as `setEmbeddings` takes it. */
export interface EmbeddingDescription {
  readonly model?: string | undefined;
  readonly embeddings?:
    | readonly { readonly text?: string | undefined; readonly vector?: readonly number[] | undefined }[]
    | undefined;
  readonly tokenCount?:
    | { readonly prompt?: number | undefined; readonly total?: number | undefined }
    | undefined;
}

/** The attributes of a description, each text at most `maxLength` characters long. */
export function embeddingAttributes(description: EmbeddingDescription, maxLength: number): Attributes {
  return writeAttributes(maxLength, (to) => {
    to.text(EMBEDDING_MODEL_NAME, description.model);
    to.number(LLM_TOKEN_COUNT_PROMPT, description.tokenCount?.prompt);
    to.number(LLM_TOKEN_COUNT_TOTAL, description.tokenCount?.total);
    to.each(description.embeddings, ({ text, vector }, index) => {
      const at = `${EMBEDDING_EMBEDDINGS}.${index}.`;
      to.text(at + EMBEDDING_TEXT, text);
      to.vector(at + EMBEDDING_VECTOR, vector);
    });
  });
}

const textsOf = (value: unknown): readonly string[] | undefined => {
  if (typeof value === "string") return [value];
  const items = asList(value);
  const texts = items.filter((item) => typeof item === "string");
  return texts.length > 0 && texts.length === items.length ? texts : undefined;
};

/** Reads a text, a list of texts, or a request such as OpenAI's `{ model, input }`. */
export function readEmbeddingRequest(args: readonly unknown[]): EmbeddingDescription {
  const [first] = args;
  const model = firstOf(first, "model");
  return {
    model: asText(model) ?? asText(firstOf(model, "modelId")),
    get embeddings() {
      const texts =
        textsOf(first) ?? textsOf(firstOf(first, "input", "texts", "values", "value", "contents"));
      return texts?.map((text) => ({ text }));
    },
  };
}

/** One vector, bare or held as `{ embedding }` or `{ values }`. */
const vectorOf = (value: unknown): number[] | undefined =>
  asVector(value) ?? asVector(firstOf(value, "embedding", "values", "vector"));

function vectorsOf(result: unknown): number[][] | undefined {
  const one = vectorOf(result);
  if (one !== undefined) return [one];
  const list = Array.isArray(result)
    ? result
    : firstOf(result, "data", "embeddings", "vectors", "predictions");
  const vectors: number[][] = [];
  for (const item of asList(list)) {
    const vector = vectorOf(item);
    if (vector === undefined) return undefined;
    vectors.push(vector);
  }
  return vectors.length > 0 ? vectors : undefined;
}

/** Reads vectors, the answering model and token counts; `undefined` where there are no vectors. */
export function readEmbeddingResult(result: unknown): EmbeddingDescription | undefined {
  const vectors = vectorsOf(result);
  if (vectors === undefined) return undefined;
  const embeddings = vectors.map((vector) => ({ vector }));
  if (Array.isArray(result)) return { embeddings };
  const usage = firstOf(result, "usage");
  const prompt = asNumber(firstOf(usage, "prompt_tokens", "promptTokens", "tokens"));
  const total = asNumber(firstOf(usage, "total_tokens", "totalTokens")) ?? prompt;
  return { model: asText(firstOf(result, "model")), embeddings, tokenCount: { prompt, total } };
}
