// What a span kind says beyond input and output: one reader a call, chosen by kind.
import type { Attributes } from "@opentelemetry/api";
import { retrievedDocuments } from "../../openinference/documents.ts";
import {
  embeddingAttributes,
  readEmbeddingRequest,
  readEmbeddingResult,
} from "../../openinference/embeddings.ts";
import type { LlmAnswer } from "../../openinference/llm/llm-answer.ts";
import { LlmCall } from "../../openinference/llm/llm-call.ts";
import { promptAttributes, readPromptArguments } from "../../openinference/prompt.ts";
import {
  readRerankerRequest,
  readRerankerResult,
  rerankerAttributes,
  type RerankerDescription,
} from "../../openinference/reranker.ts";
import type { SpanKindValue } from "../../openinference/span-kind.ts";
import type { CaptureOptions } from "../span-options.ts";

/** Reads the arguments and the result of one call as attributes of its kind; without content, names and counts only. */
export interface CallReader {
  input(hasContent: boolean): Attributes | undefined;
  output(result: unknown, hasContent: boolean): Attributes | undefined;
  /** Takes the chunks of a streamed result; absent where a kind has no stream of its own. */
  createAnswer?(): LlmAnswer;
}

const nothing = (): undefined => undefined;

/** The reader of one call; `undefined` for kinds that have nothing to say beyond input and output. */
export function readCall(
  kind: SpanKindValue,
  args: readonly unknown[],
  { model, provider }: CaptureOptions,
  maxLength: number,
): CallReader | undefined {
  switch (kind) {
    case "LLM": {
      const call = new LlmCall(args, { model, provider, maxLength });
      return {
        input: (hasContent) => call.request(hasContent),
        output: (result, hasContent) => call.response(result, hasContent),
        createAnswer: () => call.createAnswer(),
      };
    }
    case "RETRIEVER":
      return {
        input: nothing,
        output: (result, hasContent) => (hasContent ? retrievedDocuments(result, maxLength) : undefined),
      };
    case "RERANKER": {
      // As they were before the call, and only where they may be seen: results name them by index.
      let given: RerankerDescription["inputDocuments"];
      return {
        input(hasContent) {
          const request = readRerankerRequest(args);
          const { query, topK } = request;
          if (!hasContent) return rerankerAttributes({ model: request.model, topK }, maxLength);
          given = request.inputDocuments;
          return rerankerAttributes({ query, model: request.model, topK, inputDocuments: given }, maxLength);
        },
        output(result, hasContent) {
          const description = hasContent ? readRerankerResult(result, given) : undefined;
          return description && rerankerAttributes(description, maxLength);
        },
      };
    }
    case "EMBEDDING":
      return {
        input(hasContent) {
          const request = readEmbeddingRequest(args);
          return embeddingAttributes(hasContent ? request : { model: request.model }, maxLength);
        },
        output(result, hasContent) {
          const description = readEmbeddingResult(result);
          if (description === undefined) return undefined;
          const { model, tokenCount } = description;
          return embeddingAttributes(hasContent ? description : { model, tokenCount }, maxLength);
        },
      };
    case "PROMPT":
      return {
        input: (hasContent) =>
          hasContent ? promptAttributes(readPromptArguments(args), maxLength) : undefined,
        output: nothing,
      };
    default:
      return undefined;
  }
}
