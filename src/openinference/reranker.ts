// A reranker's query, documents and order as attributes.
import type { Attributes } from "@opentelemetry/api";
import {
  RERANKER_INPUT_DOCUMENTS,
  RERANKER_MODEL_NAME,
  RERANKER_OUTPUT_DOCUMENTS,
  RERANKER_QUERY,
  RERANKER_TOP_K,
} from "@arizeai/openinference-semantic-conventions";
import { documentAttributes, readDocuments } from "./documents.ts";
import { asNumber, property } from "./read-property.ts";

/** Reads `(query, documents, topK?)` or one object that names them. */
export function rerankerInput(args: readonly unknown[]): Attributes {
  const [first, second, third] = args;
  const query = typeof first === "string" ? first : property(first, "query");
  const documents = readDocuments(typeof first === "string" ? second : property(first, "documents", "docs"));
  const options = typeof first === "string" ? third : first;
  const topK = asNumber(options) ?? asNumber(property(options, "topK", "top_k", "topN", "top_n", "k"));
  const model = property(options, "model");
  return {
    ...(typeof query === "string" ? { [RERANKER_QUERY]: query } : undefined),
    ...(topK === undefined ? undefined : { [RERANKER_TOP_K]: topK }),
    ...(typeof model === "string" ? { [RERANKER_MODEL_NAME]: model } : undefined),
    ...(documents && documentAttributes(RERANKER_INPUT_DOCUMENTS, documents)),
  };
}

/** `reranker.output_documents.*` from a reranker's result. */
export function rerankerOutput(result: unknown): Attributes | undefined {
  const documents = readDocuments(result);
  return documents && documentAttributes(RERANKER_OUTPUT_DOCUMENTS, documents);
}
