// Embedding calls: from the shapes SDKs have to a plain description, from there to attributes.
// One more shape is a name more here, or in vectors.ts.
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
import { jsonBodyOf } from "./json-body.ts";
import { asList, asNumber, asRecords, asText, firstOf } from "./read-value.ts";
import { readVectors } from "./vectors.ts";

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

/** Members that hold what is embedded. */
const TEXTS = [
  "input",
  "inputs",
  "texts",
  "values",
  "value",
  "contents",
  "content",
  "prompt",
  "inputText",
  "text",
  "instances",
  "documents",
] as const;

const textsOf = (value: unknown): readonly string[] | undefined => {
  const text = textOf(value);
  if (text !== undefined) return [text];
  const items = asList(value);
  const texts = items.map(textOf).filter((item) => item !== undefined);
  return texts.length > 0 && texts.length === items.length ? texts : undefined;
};

/** One text, bare, or as Jina, Vertex and Google hold it. */
const textOf = (value: unknown): string | undefined => {
  if (typeof value === "string") return value;
  const parts = asRecords(firstOf(value, "parts"));
  return parts.length > 0
    ? parts.map((part) => asText(part["text"]) ?? "").join("")
    : asText(firstOf(value, "text", "content"));
};

/** Reads a text, a list of texts, or a request such as OpenAI's `{ model, input }`. */
export function readEmbeddingRequest(args: readonly unknown[]): EmbeddingDescription {
  const [first] = args;
  // Titan's request is JSON in the body of a call, or of a command of it.
  const asked = firstOf(first, "body") === undefined ? firstOf(first, "input") : first;
  const body = jsonBodyOf(asked);
  const model = firstOf(body === undefined ? first : asked, "model", "modelId");
  return {
    model: asText(model) ?? asText(firstOf(model, "modelId")),
    get embeddings() {
      // OpenAI takes tokens in place of texts: they are none.
      const texts = textsOf(firstOf(body ?? first, ...TEXTS)) ?? textsOf(first);
      return texts?.map((text) => ({ text }));
    },
  };
}

/** Reads vectors, the answering model and token counts; `undefined` where there are no vectors. */
export function readEmbeddingResult(answer: unknown): EmbeddingDescription | undefined {
  const result = jsonBodyOf(answer) ?? answer;
  const vectors = readVectors(result);
  if (vectors === undefined) return undefined;
  const embeddings = vectors.map((vector) => ({ vector }));
  if (Array.isArray(result)) return { embeddings };
  return { model: asText(firstOf(result, "model")), embeddings, tokenCount: readTokens(result) };
}

/** OpenAI's words, and those of Ollama, Titan and Cohere. */
function readTokens(result: unknown): EmbeddingDescription["tokenCount"] {
  const usage = firstOf(result, "usage");
  const billed = firstOf(firstOf(result, "meta"), "billed_units", "billedUnits");
  const total = asNumber(firstOf(usage, "total_tokens", "totalTokens"));
  const prompt =
    asNumber(firstOf(usage, "prompt_tokens", "promptTokens", "tokens")) ??
    asNumber(firstOf(result, "prompt_eval_count", "inputTextTokenCount")) ??
    asNumber(firstOf(billed, "input_tokens", "inputTokens")) ??
    total;
  return { prompt, total: total ?? prompt };
}
