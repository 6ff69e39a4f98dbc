// Retrieved documents: from the shapes retrievers return to a plain description, from there to attributes.
// One more shape is a name more in readDocument or readDocuments.
import type { Attributes } from "@opentelemetry/api";
import {
  DOCUMENT_CONTENT,
  DOCUMENT_ID,
  DOCUMENT_METADATA,
  DOCUMENT_SCORE,
  RETRIEVAL_DOCUMENTS,
} from "@arizeai/openinference-semantic-conventions";
import { writeAttributes, type AttributeWriter } from "./attribute-writer.ts";
import { asId, asList, asNumber, asText, firstOf } from "./read-value.ts";

/** One document as the typed setters take it. */
export interface RetrievedDocument {
  readonly id?: string | number;
  readonly content?: string;
  readonly score?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The attributes of a list of documents under `prefix`, each text at most `maxLength` characters long. */
export function documentAttributes(
  prefix: string,
  documents: readonly RetrievedDocument[],
  maxLength: number,
): Attributes {
  return writeAttributes(maxLength, (to) => {
    writeDocuments(to, prefix, documents);
  });
}

/** Writes a list of documents under `prefix`. */
export function writeDocuments(
  to: AttributeWriter,
  prefix: string,
  documents: readonly RetrievedDocument[] | undefined,
): void {
  to.each(documents, (document, index) => {
    const at = `${prefix}.${index}.`;
    to.id(at + DOCUMENT_ID, document.id);
    to.text(at + DOCUMENT_CONTENT, document.content);
    to.number(at + DOCUMENT_SCORE, document.score);
    to.json(at + DOCUMENT_METADATA, document.metadata);
  });
}

const contentOf = (value: unknown): string | undefined => {
  const content = firstOf(value, "content", "pageContent", "page_content", "text", "document", "body");
  return typeof content === "string" ? content : textOfParts(content);
};

/** OpenAI's vector stores give a document in parts. */
function textOfParts(parts: unknown): string | undefined {
  const texts = asList(parts).flatMap((part) => asText(firstOf(part, "text")) ?? []);
  return texts.length === 0 ? undefined : texts.join("\n");
}

const metadataOf = (value: unknown): Record<string, unknown> | undefined => {
  const metadata = firstOf(value, "metadata", "payload");
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
    .map((name) => firstOf(value, name))
    .find((held) => typeof held === "object");
  const nested = inner === undefined ? undefined : readDocument(inner);
  const id = asId(firstOf(value, "id", "id_", "_id", "documentId", "file_id")) ?? nested?.id;
  const metadata = metadataOf(value) ?? nested?.metadata;
  const content = contentOf(value) ?? nested?.content ?? contentOf(metadata);
  const score = asNumber(
    firstOf(value, "score", "similarity", "relevanceScore", "relevance_score", "_score"),
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
    : firstOf(
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
  for (const item of asList(list)) {
    const document = readDocument(item);
    if (document === undefined) return undefined;
    documents.push(document);
  }
  return documents.length > 0 ? documents : undefined;
}

/** `retrieval.documents.*` from a retriever's result. */
export function retrievedDocuments(result: unknown, maxLength: number): Attributes | undefined {
  const documents = readDocuments(result);
  return documents && documentAttributes(RETRIEVAL_DOCUMENTS, documents, maxLength);
}
