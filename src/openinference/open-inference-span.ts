// A span with typed setters for what OpenInference knows.
import type { Attributes } from "@opentelemetry/api";
import {
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  METADATA,
  OUTPUT_MIME_TYPE,
  OUTPUT_VALUE,
  RETRIEVAL_DOCUMENTS,
  SESSION_ID,
  TAG_TAGS,
  USER_ID,
} from "@arizeai/openinference-semantic-conventions";
import { capture } from "../capture/capture.ts";
import { writeAttributes } from "./attribute-writer.ts";
import { DelegatingSpan } from "./delegating-span.ts";
import { documentAttributes, type RetrievedDocument } from "./documents.ts";
import { embeddingAttributes, type EmbeddingDescription } from "./embeddings.ts";
import { recordFailure } from "./failure.ts";
import { inspectable } from "./inspectable-span.ts";
import { llmAttributes } from "./llm/llm-attributes.ts";
import type { LlmDescription } from "./llm/llm-description.ts";
import { setReplacing } from "./numbered-list.ts";
import { promptAttributes, type PromptTemplateDescription } from "./prompt.ts";
import { rerankerAttributes, type RerankerDescription } from "./reranker.ts";
import { toolAttributes, type ToolDescription } from "./tool.ts";
import { maxValueLengthOf } from "./value-limit.ts";

/**
 * An OpenTelemetry span with setters for OpenInference attributes. What is set here, or on the span by any other
 * handle, wins over what a wrapper records by itself. The setters never throw; they do nothing on a span that does not
 * record or has ended, leave out what is not of the stated type, and cut what is longer than the span's limit of a value.
 */
export class OpenInferenceSpan extends DelegatingSpan {
  /** Sets what the step received: a string as text, anything else as JSON. */
  setInput(value: unknown): this {
    return this.#set((maxLength) => capturedAttributes(INPUT_VALUE, INPUT_MIME_TYPE, value, maxLength));
  }

  /** Sets what the step gave: a string as text, anything else as JSON. */
  setOutput(value: unknown): this {
    return this.#set((maxLength) => capturedAttributes(OUTPUT_VALUE, OUTPUT_MIME_TYPE, value, maxLength));
  }

  /** Sets model, provider, messages, parameters, tools and token counts; a list replaces the one recorded so far. */
  setLLM(description: LlmDescription): this {
    return this.#set((maxLength) => llmAttributes(description, maxLength));
  }

  /** Sets name, description and parameters of a tool. */
  setTool(description: ToolDescription): this {
    return this.#set((maxLength) => toolAttributes(description, maxLength));
  }

  /** Sets the documents a search found; they replace those recorded so far. */
  setRetrievedDocuments(documents: readonly RetrievedDocument[]): this {
    return this.#set((maxLength) => documentAttributes(RETRIEVAL_DOCUMENTS, documents, maxLength));
  }

  /** Sets query, model, order and documents; a list replaces the one recorded so far. */
  setReranker(description: RerankerDescription): this {
    return this.#set((maxLength) => rerankerAttributes(description, maxLength));
  }

  /** Sets model, texts and vectors; they replace those recorded so far. */
  setEmbeddings(description: EmbeddingDescription): this {
    return this.#set((maxLength) => embeddingAttributes(description, maxLength));
  }

  /** Sets the template that a prompt was made of, with its version and variables. */
  setPromptTemplate(description: PromptTemplateDescription): this {
    return this.#set((maxLength) => promptAttributes(description, maxLength));
  }

  /** Sets the span's metadata: an object, written as JSON. */
  setMetadata(metadata: Readonly<Record<string, unknown>>): this {
    return this.#set((maxLength) => writeAttributes(maxLength, (to) => to.json(METADATA, metadata)));
  }

  /** Sets the tags of the span. */
  setTags(tags: readonly string[]): this {
    return this.#set((maxLength) => writeAttributes(maxLength, (to) => to.texts(TAG_TAGS, tags)));
  }

  /** Sets the session, a conversation, that the span belongs to. */
  setSession(id: string): this {
    return this.#set((maxLength) => writeAttributes(maxLength, (to) => to.id(SESSION_ID, id)));
  }

  /** Sets the user that the span was made for. */
  setUser(id: string): this {
    return this.#set((maxLength) => writeAttributes(maxLength, (to) => to.id(USER_ID, id)));
  }

  /** Records an error as exception event and, unless a status was set, as the span's status. */
  setError(error: unknown): this {
    return this.#record(() => recordFailure(inspectable(this.span), error, maxValueLengthOf(this.span)));
  }

  #set(attributesWithin: (maxLength: number) => Attributes): this {
    return this.#record(() => setReplacing(this.span, attributesWithin(maxValueLengthOf(this.span))));
  }

  /** Runs `record` if the span records; what goes wrong in it never reaches the program. */
  #record(record: () => void): this {
    try {
      if (this.isRecording()) record();
    } catch {
      // A value that hurts when it is read, or a span of another implementation that throws.
    }
    return this;
  }
}

function capturedAttributes(
  valueKey: string,
  typeKey: string,
  value: unknown,
  maxLength: number,
): Attributes {
  const captured = capture(value, maxLength);
  return captured === undefined ? {} : { [valueKey]: captured.value, [typeKey]: captured.mimeType };
}
