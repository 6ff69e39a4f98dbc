// A draft as OpenInference attributes, by the wrappers' own writers.
import type { Attributes } from "@opentelemetry/api";
import {
  EMBEDDING_EMBEDDINGS,
  EMBEDDING_TEXT,
  EMBEDDING_VECTOR,
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  LLM_TOKEN_COUNT_PROMPT,
  METADATA,
  MimeType,
  OUTPUT_MIME_TYPE,
  OUTPUT_VALUE,
  RERANKER_INPUT_DOCUMENTS,
  RERANKER_OUTPUT_DOCUMENTS,
  RETRIEVAL_DOCUMENTS,
  SemanticConventions,
} from "@arizeai/openinference-semantic-conventions";
import { cutText } from "../capture/cut-text.ts";
import { jsonText } from "../capture/json-text.ts";
import { documentAttributes, type RetrievedDocument } from "../openinference/documents.ts";
import { llmAttributes } from "../openinference/llm/llm-attributes.ts";
import type { LlmDescription, LlmMessage } from "../openinference/llm/llm-description.ts";
import type { DraftDocument, DraftValue, SpanDraft } from "./span-draft.ts";

/** The attributes of a draft; texts over `maxLength` characters are cut with a marker. */
export function draftAttributes(draft: SpanDraft, maxLength: number): Attributes {
  const attributes: Attributes = { ...draft.attributes };
  if (draft.kind !== undefined) attributes[SemanticConventions.OPENINFERENCE_SPAN_KIND] = draft.kind;
  writeValue(attributes, INPUT_VALUE, INPUT_MIME_TYPE, draft.input, maxLength);
  writeValue(attributes, OUTPUT_VALUE, OUTPUT_MIME_TYPE, draft.output, maxLength);
  if (Object.keys(draft.metadata).length > 0) attributes[METADATA] = jsonText(draft.metadata, maxLength);
  if (draft.kind === "LLM") Object.assign(attributes, llmAttributes(llmOf(draft), maxLength));
  if (draft.kind === "AGENT") Object.assign(attributes, llmAttributes(modelOf(draft), maxLength));
  if (draft.kind === "EMBEDDING") writeEmbeddings(attributes, draft, maxLength);
  if (draft.kind === "RETRIEVER") {
    writeDocuments(attributes, RETRIEVAL_DOCUMENTS, draft.outputDocuments, maxLength);
  }
  if (draft.kind === "RERANKER") {
    writeDocuments(attributes, RERANKER_INPUT_DOCUMENTS, draft.inputDocuments, maxLength);
    writeDocuments(attributes, RERANKER_OUTPUT_DOCUMENTS, draft.outputDocuments, maxLength);
  }
  return attributes;
}

function writeValue(
  to: Attributes,
  key: string,
  mimeTypeKey: string,
  value: DraftValue | undefined,
  maxLength: number,
): void {
  if (value === undefined) return;
  to[key] = cutText(value.text, maxLength);
  to[mimeTypeKey] = value.isJson ? MimeType.JSON : MimeType.TEXT;
}

/** The model that answered, else the one asked; both where they differ. */
function modelOf({ llm }: SpanDraft): LlmDescription {
  const { requestModel, responseModel, provider, system } = llm;
  const differ = requestModel !== undefined && responseModel !== undefined && requestModel !== responseModel;
  return {
    model: responseModel ?? requestModel,
    provider,
    system,
    ...(differ && { requestModel, responseModel }),
  };
}

function llmOf(draft: SpanDraft): LlmDescription {
  const { llm, tokens, parameters, inputMessages, outputMessages } = draft;
  return {
    ...llm,
    requestModel: undefined,
    responseModel: undefined,
    ...modelOf(draft),
    inputMessages: inputMessages.map(withoutCallParts),
    outputMessages: outputMessages.map(withoutCallParts),
    tokenCount: tokens,
    invocationParameters: Object.keys(parameters).length === 0 ? undefined : parameters,
  };
}

/** Calls stand in `tool_calls` alone: makers' spans say nothing of where among the texts they were. */
function withoutCallParts(message: LlmMessage): LlmMessage {
  if (typeof message.content !== "object") return message;
  return { ...message, content: message.content.filter(({ type }) => type !== "tool_use") };
}

function writeEmbeddings(to: Attributes, { embeddings, tokens }: SpanDraft, maxLength: number): void {
  for (const [index, { text, vector }] of embeddings.entries()) {
    const at = `${EMBEDDING_EMBEDDINGS}.${index}.`;
    if (text !== undefined) to[at + EMBEDDING_TEXT] = cutText(text, maxLength);
    if (vector !== undefined) to[at + EMBEDDING_VECTOR] = [...vector];
  }
  if (tokens.prompt !== undefined) to[LLM_TOKEN_COUNT_PROMPT] = tokens.prompt;
}

function writeDocuments(
  to: Attributes,
  prefix: string,
  documents: readonly DraftDocument[],
  maxLength: number,
): void {
  Object.assign(to, documentAttributes(prefix, documents.map(asRetrieved), maxLength));
}

const asRetrieved = ({ id, content, score, metadata }: DraftDocument): RetrievedDocument => ({
  ...(id !== undefined && { id }),
  ...(content !== undefined && { content }),
  ...(score !== undefined && { score }),
  ...(typeof metadata === "object" && metadata !== null && { metadata: metadata as Record<string, unknown> }),
});
