// A span with typed setters for what OpenInference knows.
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import {
  EMBEDDING_EMBEDDINGS,
  EMBEDDING_MODEL_NAME,
  EMBEDDING_TEXT,
  EMBEDDING_VECTOR,
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  METADATA,
  OUTPUT_MIME_TYPE,
  OUTPUT_VALUE,
  PROMPT_TEMPLATE_TEMPLATE,
  PROMPT_TEMPLATE_VARIABLES,
  PROMPT_TEMPLATE_VERSION,
  RERANKER_INPUT_DOCUMENTS,
  RERANKER_MODEL_NAME,
  RERANKER_OUTPUT_DOCUMENTS,
  RERANKER_QUERY,
  RERANKER_TOP_K,
  RETRIEVAL_DOCUMENTS,
  SESSION_ID,
  TAG_TAGS,
  TOOL_DESCRIPTION,
  TOOL_NAME,
  TOOL_PARAMETERS,
  USER_ID,
} from "@arizeai/openinference-semantic-conventions";
import { capture } from "../capture/capture.ts";
import { DelegatingSpan } from "./delegating-span.ts";
import { recordFailure } from "./failure.ts";
import { jsonText } from "../capture/json-text.ts";
import { documentAttributes, type RetrievedDocument } from "./documents.ts";
import { llmAttributes } from "./llm/llm-attributes.ts";
import type { LlmDescription } from "./llm/llm-description.ts";
import { listName } from "./list-name.ts";
import { maxValueLength } from "../capture/max-value-length.ts";
import { readableSpan, type ReadableSpan } from "./user-values.ts";

/** A tool, as `setTool` takes it. */
export interface ToolDescription {
  readonly name?: string;
  readonly description?: string;
  /** The parameters' definition, usually a JSON schema; an object is written as JSON. */
  readonly parameters?: unknown;
}

/** A prompt template, as `setPromptTemplate` takes it. */
export interface PromptTemplateDescription {
  readonly template?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly version?: string;
}

/** An embedding call, as `setEmbeddings` takes it. */
export interface EmbeddingDescription {
  readonly model?: string;
  readonly embeddings?: readonly { readonly text?: string; readonly vector?: readonly number[] }[];
}

/** A reranking, as `setReranker` takes it. */
export interface RerankerDescription {
  readonly query?: string;
  readonly model?: string;
  readonly topK?: number;
  readonly inputDocuments?: readonly RetrievedDocument[];
  readonly outputDocuments?: readonly RetrievedDocument[];
}

const json = (value: unknown): string =>
  typeof value === "string" ? value : jsonText(value, maxValueLength());

/**
 * An OpenTelemetry span with setters for OpenInference attributes. What is set here, or on the span by any other
 * handle, wins over what a wrapper records by itself.
 */
export class OpenInferenceSpan extends DelegatingSpan {
  /** Sets what the step received: a string as text, anything else as JSON. */
  setInput(value: unknown): this {
    return this.#setValue(INPUT_VALUE, INPUT_MIME_TYPE, value);
  }

  /** Sets what the step gave: a string as text, anything else as JSON. */
  setOutput(value: unknown): this {
    return this.#setValue(OUTPUT_VALUE, OUTPUT_MIME_TYPE, value);
  }

  /** Sets model, provider, messages, parameters, tools and token counts; a list replaces the one recorded so far. */
  setLLM(description: LlmDescription): this {
    return this.#replace(llmAttributes(description));
  }

  setTool({ name, description, parameters }: ToolDescription): this {
    return this.#setDefined({
      [TOOL_NAME]: name,
      [TOOL_DESCRIPTION]: description,
      [TOOL_PARAMETERS]: parameters === undefined ? undefined : json(parameters),
    });
  }

  setRetrievedDocuments(documents: readonly RetrievedDocument[]): this {
    return this.#replace(documentAttributes(RETRIEVAL_DOCUMENTS, documents));
  }

  setReranker({ query, model, topK, inputDocuments, outputDocuments }: RerankerDescription): this {
    return this.#setDefined({
      [RERANKER_QUERY]: query,
      [RERANKER_MODEL_NAME]: model,
      [RERANKER_TOP_K]: topK,
    }).#replace({
      ...documentAttributes(RERANKER_INPUT_DOCUMENTS, inputDocuments ?? []),
      ...documentAttributes(RERANKER_OUTPUT_DOCUMENTS, outputDocuments ?? []),
    });
  }

  setEmbeddings({ model, embeddings = [] }: EmbeddingDescription): this {
    const attributes: Attributes = {};
    for (const [index, { text, vector }] of embeddings.entries()) {
      if (text !== undefined) attributes[`${EMBEDDING_EMBEDDINGS}.${index}.${EMBEDDING_TEXT}`] = text;
      if (vector) attributes[`${EMBEDDING_EMBEDDINGS}.${index}.${EMBEDDING_VECTOR}`] = [...vector];
    }
    return this.#setDefined({ [EMBEDDING_MODEL_NAME]: model }).#replace(attributes);
  }

  setPromptTemplate({ template, variables, version }: PromptTemplateDescription): this {
    return this.#setDefined({
      [PROMPT_TEMPLATE_TEMPLATE]: template,
      [PROMPT_TEMPLATE_VARIABLES]: variables === undefined ? undefined : json(variables),
      [PROMPT_TEMPLATE_VERSION]: version,
    });
  }

  /** Sets the span's metadata: an object, written as JSON. */
  setMetadata(metadata: Readonly<Record<string, unknown>>): this {
    return this.#setDefined({ [METADATA]: json(metadata) });
  }

  setTags(tags: readonly string[]): this {
    return this.#setDefined({ [TAG_TAGS]: [...tags] });
  }

  setSession(id: string): this {
    return this.#setDefined({ [SESSION_ID]: id });
  }

  setUser(id: string): this {
    return this.#setDefined({ [USER_ID]: id });
  }

  /** Records an error as exception event and, unless a status was set, as the span's status. */
  setError(error: unknown): this {
    if (this.isRecording()) recordFailure(readableSpan(this.span), error, maxValueLength());
    return this;
  }

  #setValue(valueKey: string, mimeTypeKey: string, value: unknown): this {
    const captured = this.isRecording() ? capture(value, maxValueLength()) : undefined;
    if (captured === undefined) return this;
    return this.setAttributes({ [valueKey]: captured.value, [mimeTypeKey]: captured.mimeType });
  }

  #setDefined(attributes: Record<string, AttributeValue | undefined>): this {
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== undefined) this.setAttribute(key, value);
    }
    return this;
  }

  /** Sets attributes; a list among them (`llm.input_messages.0.…`) takes the place of the one that was there. */
  #replace(attributes: Attributes): this {
    const { attributes: current } = this.span as Partial<ReadableSpan>;
    const lists = new Set(Object.keys(attributes).map(listName));
    for (const key of Object.keys(current ?? {})) {
      const list = listName(key);
      // OpenTelemetry has no call that takes an attribute back.
      if (list !== undefined && lists.has(list)) delete current?.[key];
    }
    return this.setAttributes(attributes);
  }
}
