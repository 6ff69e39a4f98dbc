// Retrieved documents: as the typed setters take them, and as attributes.
import type { Attributes } from "@opentelemetry/api";
import {
  DOCUMENT_CONTENT,
  DOCUMENT_ID,
  DOCUMENT_METADATA,
  DOCUMENT_SCORE,
  RETRIEVAL_DOCUMENTS,
} from "@arizeai/openinference-semantic-conventions";
import { writeAttributes, type AttributeWriter } from "./attribute-writer.ts";
import { readDocuments } from "./document-lists.ts";

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

/** `retrieval.documents.*` from a retriever's result. */
export function retrievedDocuments(result: unknown, maxLength: number): Attributes | undefined {
  const documents = readDocuments(result);
  return documents && documentAttributes(RETRIEVAL_DOCUMENTS, documents, maxLength);
}
