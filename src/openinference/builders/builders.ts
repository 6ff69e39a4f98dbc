// The attribute builders of @arizeai/openinference-core, each from plain words to attributes. Read when the first is called.
import type { Attributes } from "@opentelemetry/api";
import {
  DOCUMENT_CONTENT,
  DOCUMENT_ID,
  DOCUMENT_METADATA,
  DOCUMENT_SCORE,
  EMBEDDING_EMBEDDINGS,
  EMBEDDING_MODEL_NAME,
  EMBEDDING_TEXT,
  EMBEDDING_VECTOR,
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  LLM_INPUT_MESSAGES,
  LLM_INVOCATION_PARAMETERS,
  LLM_MODEL_NAME,
  LLM_OUTPUT_MESSAGES,
  LLM_PROVIDER,
  LLM_REQUEST_MODEL_NAME,
  LLM_RESPONSE_MODEL_NAME,
  LLM_SYSTEM,
  LLM_TOKEN_COUNT_COMPLETION,
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ,
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE,
  LLM_TOKEN_COUNT_TOTAL,
  LLM_TOOLS,
  METADATA,
  MimeType,
  OUTPUT_MIME_TYPE,
  OUTPUT_VALUE,
  RETRIEVAL_DOCUMENTS,
  TOOL_DESCRIPTION,
  TOOL_JSON_SCHEMA,
  TOOL_NAME,
  TOOL_PARAMETERS,
} from "@arizeai/openinference-semantic-conventions";
import { captureArguments } from "../../capture/capture.ts";
import { type AttributeWriter, writeAttributes } from "../attribute-writer.ts";
import { asText } from "../read-value.ts";
import { DEFAULT_MAX_VALUE_LENGTH as MAX_LENGTH } from "../value-limit.ts";
import { buildAnnotationAttributes } from "./annotation-builder.ts";
import type {
  Annotation,
  AnnotationScope,
  Document,
  Embedding,
  LLMAttributesOptions,
  SpanInput,
  TokenCount,
} from "./builder-values.ts";
import { writeMessages } from "./message-builder.ts";

export function buildLLM(options: LLMAttributesOptions): Attributes {
  return writeAttributes(MAX_LENGTH, (to) => {
    const { requestModelName, responseModelName } = options;
    to.text(LLM_PROVIDER, asText(options.provider)?.toLowerCase());
    to.text(LLM_SYSTEM, asText(options.system)?.toLowerCase());
    to.text(LLM_MODEL_NAME, options.modelName ?? responseModelName ?? requestModelName);
    to.text(LLM_REQUEST_MODEL_NAME, requestModelName);
    to.text(LLM_RESPONSE_MODEL_NAME, responseModelName);
    to.asJson(LLM_INVOCATION_PARAMETERS, options.invocationParameters);
    writeMessages(to, LLM_INPUT_MESSAGES, options.inputMessages);
    writeMessages(to, LLM_OUTPUT_MESSAGES, options.outputMessages);
    writeTokenCount(to, options.tokenCount);
    to.each(options.tools, ({ jsonSchema }, index) => {
      to.json(`${LLM_TOOLS}.${index}.${TOOL_JSON_SCHEMA}`, jsonSchema);
    });
  });
}

function writeTokenCount(to: AttributeWriter, count: TokenCount | undefined): void {
  to.number(LLM_TOKEN_COUNT_PROMPT, count?.prompt);
  to.number(LLM_TOKEN_COUNT_COMPLETION, count?.completion);
  to.number(LLM_TOKEN_COUNT_TOTAL, count?.total);
  to.number(LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO, count?.promptDetails?.audio);
  to.number(LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ, count?.promptDetails?.cacheRead);
  to.number(LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE, count?.promptDetails?.cacheWrite);
}

export function buildEmbedding(options: { modelName?: string; embeddings?: Embedding[] }): Attributes {
  return writeAttributes(MAX_LENGTH, (to) => {
    to.text(EMBEDDING_MODEL_NAME, options.modelName);
    to.each(options.embeddings, ({ text, vector }, index) => {
      const at = `${EMBEDDING_EMBEDDINGS}.${index}.`;
      to.text(at + EMBEDDING_TEXT, text);
      to.vector(at + EMBEDDING_VECTOR, vector);
    });
  });
}

export function buildRetriever(options: { documents: Document[] }): Attributes {
  return writeAttributes(MAX_LENGTH, (to) => {
    to.each(options.documents, (document, index) => {
      writeDocument(to, `${RETRIEVAL_DOCUMENTS}.${index}.`, document);
    });
  });
}

export function buildDocument(given: Document, index: number, keyPrefix: string): Attributes {
  return writeAttributes(MAX_LENGTH, (to) => {
    writeDocument(to, `${keyPrefix}.${index}.`, given);
  });
}

function writeDocument(to: AttributeWriter, at: string, { content, id, metadata, score }: Document): void {
  to.text(at + DOCUMENT_CONTENT, content);
  if (typeof id === "number") to.number(at + DOCUMENT_ID, id);
  else to.text(at + DOCUMENT_ID, id);
  to.json(at + DOCUMENT_METADATA, metadata);
  to.number(at + DOCUMENT_SCORE, score);
}

export function buildTool(options: {
  name: string;
  description?: string;
  parameters: Record<string, unknown>;
}): Attributes {
  return writeAttributes(MAX_LENGTH, (to) => {
    to.text(TOOL_NAME, options.name);
    to.text(TOOL_DESCRIPTION, options.description);
    to.asJson(TOOL_PARAMETERS, options.parameters ?? {});
  });
}

export function buildMetadata(given: Record<string, unknown>): Attributes {
  return writeAttributes(MAX_LENGTH, (to) => {
    to.asJson(METADATA, given ?? {});
  });
}

export function buildAnnotations(options: {
  annotations: readonly Annotation[];
  scope?: AnnotationScope;
}): Attributes {
  const read = () => ({ annotations: options.annotations, scope: options.scope });
  return buildAnnotationAttributes("ANNOTATION", read, MAX_LENGTH);
}

export function buildEvaluations(options: {
  evaluations: readonly Annotation[];
  scope?: AnnotationScope;
}): Attributes {
  const read = () => ({ annotations: options.evaluations, scope: options.scope });
  return buildAnnotationAttributes("EVALUATION", read, MAX_LENGTH);
}

/** Nothing and null are no input and no output. */
export function buildValue(values: readonly unknown[]): SpanInput | undefined {
  if (values.length < 2 && values[0] === null) return undefined;
  return captureArguments(values, MAX_LENGTH) as SpanInput | undefined;
}

export function buildInput(given: SpanInput | string | null | undefined): Attributes {
  return value(INPUT_VALUE, INPUT_MIME_TYPE, given);
}

export function buildOutput(given: SpanInput | string | null | undefined): Attributes {
  return value(OUTPUT_VALUE, OUTPUT_MIME_TYPE, given);
}

function value(key: string, typeKey: string, given: SpanInput | string | null | undefined): Attributes {
  return writeAttributes(MAX_LENGTH, (to) => {
    if (given === undefined || given === null) return;
    to.text(key, typeof given === "string" ? given : given.value);
    to.text(typeKey, typeof given === "string" ? MimeType.TEXT : given.mimeType);
  });
}
