// Embeddings of the vendors, in the shapes of their SDKs: texts, vectors, tokens.
import { afterEach, beforeEach, expect, test } from "vitest";
import { traceEmbedding } from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../decorators/support/recorded-spans.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

const base64 = (...numbers: number[]): string =>
  Buffer.from(new Float32Array(numbers).buffer).toString("base64");
const first = [0.5, 0.25];
const second = [1, -2];
const texts = ["A cod.", "A pike."];

interface Expected {
  readonly texts?: readonly string[];
  readonly vectors: readonly (readonly number[])[];
  readonly tokens?: number;
  readonly model?: string;
}

test.each<[string, object | string, unknown, Expected]>([
  [
    "OpenAI in base64",
    { model: "m", input: texts, encoding_format: "base64" },
    {
      model: "m",
      data: [{ embedding: base64(...first) }, { embedding: base64(...second) }],
      usage: { prompt_tokens: 5, total_tokens: 5 },
    },
    { texts, vectors: [first, second], tokens: 5, model: "m" },
  ],
  [
    "Cohere, version 2",
    { model: "embed-v4.0", texts, inputType: "search_document", embeddingTypes: ["float"] },
    {
      id: "e",
      embeddings: { float: [first, second] },
      texts,
      meta: { billedUnits: { inputTokens: 5 } },
    },
    { texts, vectors: [first, second], tokens: 5, model: "embed-v4.0" },
  ],
  [
    "Cohere, version 1",
    { model: "embed-english-v3.0", texts },
    { embeddings: [first, second], meta: { billed_units: { input_tokens: 5 } } },
    { texts, vectors: [first, second], tokens: 5 },
  ],
  [
    "Cohere in base64 and integers",
    { model: "embed-v4.0", texts },
    {
      embeddings: {
        int8: [
          [1, 2],
          [3, 4],
        ],
        base64: [base64(...first), base64(...second)],
      },
    },
    { vectors: [first, second] },
  ],
  [
    "Voyage",
    { model: "voyage-3", input: texts },
    {
      object: "list",
      model: "voyage-3",
      data: [
        { embedding: first, index: 0 },
        { embedding: second, index: 1 },
      ],
      usage: { totalTokens: 5 },
    },
    { texts, vectors: [first, second], tokens: 5, model: "voyage-3" },
  ],
  [
    "Jina, with texts in objects",
    { model: "jina-embeddings-v4", input: texts.map((text) => ({ text })) },
    {
      model: "jina-embeddings-v4",
      data: [{ embedding: first }, { embedding: second }],
      usage: { total_tokens: 5 },
    },
    { texts, vectors: [first, second], tokens: 5 },
  ],
  [
    "Titan",
    { modelId: "amazon.titan-embed-text-v2:0", inputText: "A cod." },
    { embedding: first, embeddingsByType: { float: first }, inputTextTokenCount: 5 },
    { texts: ["A cod."], vectors: [first], tokens: 5, model: "amazon.titan-embed-text-v2:0" },
  ],
  [
    "Titan through InvokeModel",
    {
      input: { modelId: "amazon.titan-embed-text-v2:0", body: JSON.stringify({ inputText: "A cod." }) },
    },
    { body: new TextEncoder().encode(JSON.stringify({ embedding: first, inputTextTokenCount: 5 })) },
    { texts: ["A cod."], vectors: [first], tokens: 5, model: "amazon.titan-embed-text-v2:0" },
  ],
  [
    "Ollama",
    { model: "nomic-embed-text", input: texts },
    { model: "nomic-embed-text", embeddings: [first, second], prompt_eval_count: 5 },
    { texts, vectors: [first, second], tokens: 5 },
  ],
  [
    "Ollama's older call",
    { model: "nomic-embed-text", prompt: "A cod." },
    { embedding: first },
    { texts: ["A cod."], vectors: [first] },
  ],
  [
    "Google",
    { model: "gemini-embedding-001", contents: texts },
    { embeddings: [{ values: first }, { values: second }] },
    { texts, vectors: [first, second] },
  ],
  [
    "Google's SDK before",
    "A cod.",
    { embedding: { values: first } },
    { texts: ["A cod."], vectors: [first] },
  ],
  [
    "Vertex",
    { instances: texts.map((content) => ({ content })) },
    { predictions: [{ embeddings: { values: first } }, { embeddings: { values: second } }] },
    { texts, vectors: [first, second] },
  ],
  [
    "Mistral",
    { model: "mistral-embed", inputs: texts },
    { data: [{ embedding: first }, { embedding: second }] },
    { texts, vectors: [first, second] },
  ],
  ["LangChain", "A cod.", first, { texts: ["A cod."], vectors: [first] }],
])("an embedding reads %s", (_vendor, request, result, expected) => {
  traceEmbedding((_request: object | string) => result, { name: "embed" })(request);
  const attributes = recorded.attributes("embed");
  const at = (index: number): string => `embedding.embeddings.${index}.embedding`;
  for (const [index, text] of (expected.texts ?? []).entries()) {
    expect(attributes[`${at(index)}.text`]).toBe(text);
  }
  for (const [index, vector] of expected.vectors.entries()) {
    expect(attributes[`${at(index)}.vector`]).toEqual(vector);
  }
  expect(attributes).not.toHaveProperty([`${at(expected.vectors.length)}.vector`]);
  const { tokens, model } = expected;
  expect(attributes).toMatchObject({
    ...(tokens !== undefined && { "llm.token_count.prompt": tokens }),
    ...(model !== undefined && { "embedding.model_name": model }),
  });
});

test.each<[string, unknown]>([
  ["a text that is no vector", { data: [{ embedding: "not a vector at all" }] }],
  ["an answer of a model", { choices: [{ message: { content: "hi" } }] }],
])("an embedding reads no vector from %s", (_name, result) => {
  traceEmbedding((_text: string) => result, { name: "embed" })("A cod.");
  expect(recorded.attributes("embed")).not.toHaveProperty(["embedding.embeddings.0.embedding.vector"]);
});
