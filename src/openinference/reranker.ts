// Rerankings: from calls of rerankers to a plain description, from there to attributes.
// One more shape is a name more in readRerankerRequest; its documents are read as any.
import type { Attributes } from "@opentelemetry/api";
import {
  RERANKER_INPUT_DOCUMENTS,
  RERANKER_MODEL_NAME,
  RERANKER_OUTPUT_DOCUMENTS,
  RERANKER_QUERY,
  RERANKER_TOP_K,
} from "@arizeai/openinference-semantic-conventions";
import { writeAttributes } from "./attribute-writer.ts";
import { readDocuments } from "./document-lists.ts";
import { writeDocuments, type RetrievedDocument } from "./documents.ts";
import { jsonBodyOf } from "./json-body.ts";
import { asNumber, asText, firstOf } from "./read-value.ts";

/** A reranking, as `setReranker` takes it. */
export interface RerankerDescription {
  readonly query?: string | undefined;
  readonly model?: string | undefined;
  readonly topK?: number | undefined;
  readonly inputDocuments?: readonly RetrievedDocument[] | undefined;
  readonly outputDocuments?: readonly RetrievedDocument[] | undefined;
}

/** The attributes of a description, each text at most `maxLength` characters long. */
export function rerankerAttributes(description: RerankerDescription, maxLength: number): Attributes {
  return writeAttributes(maxLength, (to) => {
    to.text(RERANKER_MODEL_NAME, description.model);
    to.number(RERANKER_TOP_K, description.topK);
    to.text(RERANKER_QUERY, description.query);
    writeDocuments(to, RERANKER_INPUT_DOCUMENTS, description.inputDocuments);
    writeDocuments(to, RERANKER_OUTPUT_DOCUMENTS, description.outputDocuments);
  });
}

/** Where one object names the documents. */
const DOCUMENTS = ["documents", "docs", "passages", "texts", "records"] as const;

/** Reads `(query, documents, topK?)` or one object that names them. */
export function readRerankerRequest(args: readonly unknown[]): RerankerDescription {
  const [first, second, third] = args;
  const isNamed = typeof first !== "string";
  const options = isNamed ? first : third;
  const model = firstOf(options, "model");
  return {
    query: asText(isNamed ? firstOf(first, "query") : first),
    model: asText(model) ?? asText(firstOf(model, "modelId")),
    topK: asNumber(options) ?? asNumber(firstOf(options, "topK", "top_k", "topN", "top_n", "k")),
    get inputDocuments() {
      return readDocuments(isNamed ? firstOf(first, ...DOCUMENTS) : second);
    },
  };
}

/**
 * Reads the documents a reranker gave; `undefined` where it gave none. Most name them by their index among those they were
 * given.
 */
export function readRerankerResult(
  answer: unknown,
  given?: readonly RetrievedDocument[],
): RerankerDescription | undefined {
  const result = jsonBodyOf(answer) ?? answer;
  const outputDocuments = readDocuments(result, given);
  return outputDocuments && { model: asText(firstOf(result, "model")), outputDocuments };
}
