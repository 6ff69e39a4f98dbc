// Retrieved documents as attributes, from the shapes retrievers return.
import type { Attributes } from "@opentelemetry/api";
import {
  DOCUMENT_CONTENT,
  DOCUMENT_ID,
  DOCUMENT_METADATA,
  DOCUMENT_SCORE,
  RETRIEVAL_DOCUMENTS,
} from "@arizeai/openinference-semantic-conventions";
import { maxValueLength } from "../capture/max-value-length.ts";
import { jsonText } from "../capture/json-text.ts";
import { asNumber, asText, property } from "./read-property.ts";

/** One document as the typed setters take it. */
export interface RetrievedDocument {
  readonly id?: string | number;
  readonly content?: string;
  readonly score?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The attributes of a list of documents under `prefix`. */
export function documentAttributes(prefix: string, documents: readonly RetrievedDocument[]): Attributes {
  const attributes: Attributes = {};
  for (const [index, { id, content, score, metadata }] of documents.entries()) {
    const at = `${prefix}.${index}.`;
    if (id !== undefined) attributes[at + DOCUMENT_ID] = String(id);
    if (content !== undefined) attributes[at + DOCUMENT_CONTENT] = content;
    if (score !== undefined) attributes[at + DOCUMENT_SCORE] = score;
    if (metadata !== undefined) attributes[at + DOCUMENT_METADATA] = jsonText(metadata, maxValueLength());
  }
  return attributes;
}

const contentOf = (value: unknown): string | undefined => {
  const content = property(value, "content", "pageContent", "page_content", "text", "document", "body");
  return typeof content === "string" ? content : undefined;
};

const metadataOf = (value: unknown): Record<string, unknown> | undefined => {
  const metadata = property(value, "metadata", "payload");
  return typeof metadata === "object" ? (metadata as Record<string, unknown>) : undefined;
};

/** Reads one document; LangChain, LlamaIndex, Pinecone, Qdrant and plain objects agree on little but this. */
function readDocument(value: unknown): RetrievedDocument | undefined {
  if (typeof value === "string") return { content: value };
  if (Array.isArray(value)) {
    // LangChain's similaritySearchWithScore: [document, score].
    const document = value.length === 2 ? readDocument(value[0]) : undefined;
    const score = asNumber(value[1]);
    return document && score !== undefined ? { ...document, score } : undefined;
  }
  const inner = ["node", "document", "item"]
    .map((name) => property(value, name))
    .find((held) => typeof held === "object");
  const nested = inner === undefined ? undefined : readDocument(inner);
  const id = asText(property(value, "id", "id_", "_id", "documentId")) ?? nested?.id;
  const metadata = metadataOf(value) ?? nested?.metadata;
  const content = contentOf(value) ?? nested?.content ?? contentOf(metadata);
  const score = asNumber(
    property(value, "score", "similarity", "relevanceScore", "relevance_score", "_score"),
  );
  if (content === undefined && (id === undefined || (score === undefined && metadata === undefined))) {
    return undefined;
  }
  return {
    ...(id === undefined ? undefined : { id }),
    ...(content === undefined ? undefined : { content }),
    ...(score === undefined ? undefined : { score }),
    ...(metadata === undefined ? undefined : { metadata }),
  };
}

/** The documents of a result: a list, or an object that holds one. `undefined` when it has no such shape. */
export function readDocuments(result: unknown): RetrievedDocument[] | undefined {
  const list = Array.isArray(result)
    ? result
    : property(
        result,
        "documents",
        "matches",
        "results",
        "nodes",
        "sourceNodes",
        "hits",
        "points",
        "data",
        "rankedDocuments",
        "ranking",
      );
  if (!Array.isArray(list)) return undefined;
  const documents: RetrievedDocument[] = [];
  for (const item of list) {
    const document = readDocument(item);
    if (document === undefined) return undefined;
    documents.push(document);
  }
  return documents.length > 0 ? documents : undefined;
}

/** `retrieval.documents.*` from a retriever's result. */
export function retrievedDocuments(result: unknown): Attributes | undefined {
  const documents = readDocuments(result);
  return documents && documentAttributes(RETRIEVAL_DOCUMENTS, documents);
}
