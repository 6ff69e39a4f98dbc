// The attribute builders by their names in @arizeai/openinference-core. None throws: what is not of the stated type gives
// no attribute. The builders themselves are read when the first is called.
import type { Attributes } from "@opentelemetry/api";
import { LaterPart } from "../parts.ts";
import {
  buildAnnotations,
  buildDocument,
  buildEmbedding,
  buildEvaluations,
  buildInput,
  buildLLM,
  buildMetadata,
  buildOutput,
  buildRetriever,
  buildTool,
  buildValue,
} from "./builders/builders.ts";
import type {
  Annotation,
  AnnotationScope,
  Document,
  Embedding,
  LLMAttributesOptions,
  SpanInput,
  SpanOutput,
} from "./builders/builder-values.ts";

const builders = new LaterPart(
  () => ({
    buildAnnotations,
    buildDocument,
    buildEmbedding,
    buildEvaluations,
    buildInput,
    buildLLM,
    buildMetadata,
    buildOutput,
    buildRetriever,
    buildTool,
    buildValue,
  }),
  "Attribute builders give no attributes",
);

/** Gives the attributes of an LLM call. Texts over 1,048,576 characters are cut with a marker, as in every builder. */
export function getLLMAttributes(options: LLMAttributesOptions): Attributes {
  return builders.get()?.buildLLM(options) ?? {};
}

/** Gives the attributes of an embedding call. */
export function getEmbeddingAttributes(options: {
  modelName?: string;
  embeddings?: Embedding[];
}): Attributes {
  return builders.get()?.buildEmbedding(options) ?? {};
}

/** Gives the attributes of the documents that a search found. */
export function getRetrieverAttributes(options: { documents: Document[] }): Attributes {
  return builders.get()?.buildRetriever(options) ?? {};
}

/** Gives the attributes of one document of a list: `keyPrefix` is for example `RERANKER_INPUT_DOCUMENTS`. */
export function getDocumentAttributes(
  document: Document,
  documentIndex: number,
  keyPrefix: string,
): Attributes {
  return builders.get()?.buildDocument(document, documentIndex, keyPrefix) ?? {};
}

/** Gives the attributes of a tool. */
export function getToolAttributes(options: {
  name: string;
  description?: string;
  parameters: Record<string, unknown>;
}): Attributes {
  return builders.get()?.buildTool(options) ?? {};
}

/** Gives the attribute `metadata`, as JSON. */
export function getMetadataAttributes(metadata: Record<string, unknown>): Attributes {
  return builders.get()?.buildMetadata(metadata) ?? {};
}

/** Gives the attributes of annotations, of the span by default. */
export function getAnnotationAttributes(options: {
  annotations: readonly Annotation[];
  scope?: AnnotationScope;
}): Attributes {
  return builders.get()?.buildAnnotations(options) ?? {};
}

/** {@link getAnnotationAttributes} under the word evaluation. */
export function getEvaluationAttributes(options: {
  evaluations: readonly Annotation[];
  scope?: AnnotationScope;
}): Attributes {
  return builders.get()?.buildEvaluations(options) ?? {};
}

/** Gives what a call received as a value to record: one text as text, one other value or several as JSON. */
export function toInputType(...args: unknown[]): SpanInput | undefined {
  return builders.get()?.buildValue(args);
}

/** Gives a result as a value to record: text as text, anything else as JSON. */
export function toOutputType(result: unknown): SpanOutput | undefined {
  return builders.get()?.buildValue([result]);
}

/** Gives `input.value` and its type; a text is `text/plain`. */
export function getInputAttributes(input: SpanInput | string | null | undefined): Attributes {
  return builders.get()?.buildInput(input) ?? {};
}

/** Gives `output.value` and its type; a text is `text/plain`. */
export function getOutputAttributes(output: SpanOutput | string | null | undefined): Attributes {
  return builders.get()?.buildOutput(output) ?? {};
}

/** What the wrappers record of the arguments where no `processInput` is given. */
export const defaultProcessInput = (...args: unknown[]): Attributes =>
  getInputAttributes(toInputType(...args));

/** What the wrappers record of the result where no `processOutput` is given. */
export const defaultProcessOutput = (result: unknown): Attributes =>
  getOutputAttributes(toOutputType(result));
