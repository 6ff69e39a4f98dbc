// What a span kind says beyond input and output: one reader a call, chosen by kind.
import type { Attributes } from "@opentelemetry/api";
import { readLlmCall, type LlmStream } from "../../openinference/llm/llm-call.ts";
import type { SpanKindValue } from "../../openinference/span-kind.ts";
import type { CaptureOptions } from "../span-options.ts";
import { embeddingInput, embeddingOutput } from "../../openinference/embeddings.ts";
import { promptInput } from "../../openinference/prompt.ts";
import { rerankerInput, rerankerOutput } from "../../openinference/reranker.ts";
import { retrievedDocuments } from "../../openinference/documents.ts";

/** Reads the arguments and the result of one call as attributes of its kind. */
export interface CallReader {
  readonly input: Attributes;
  output(result: unknown): Attributes | undefined;
  /** Folds the chunks of a streamed result; absent where a kind has no stream of its own. */
  createStream?(): LlmStream;
}

const nothing = (): undefined => undefined;

/** The reader of one call; `undefined` for kinds that have nothing to say beyond input and output. */
export function readCall(
  kind: SpanKindValue,
  args: readonly unknown[],
  options: CaptureOptions,
): CallReader | undefined {
  switch (kind) {
    case "LLM": {
      const call = readLlmCall(args, options);
      return {
        input: call.requestAttributes,
        output: (result) => call.response(result),
        createStream: () => call.createStream(),
      };
    }
    case "RETRIEVER":
      return { input: {}, output: retrievedDocuments };
    case "RERANKER":
      return { input: rerankerInput(args), output: rerankerOutput };
    case "EMBEDDING":
      return { input: embeddingInput(args), output: embeddingOutput };
    case "PROMPT":
      return { input: promptInput(args), output: nothing };
    default:
      return undefined;
  }
}

const METADATA_KEYS =
  /^(?:llm\.(?:token_count|cost)\..+|llm\.(?:model_name|provider|system|finish_reason)|llm\.(?:request|response)\.model_name|(?:embedding|reranker)\.model_name|reranker\.top_k)$/;

/** Whether an attribute holds no content: what may be recorded although the content is not. */
export const isContentFree = (key: string): boolean => METADATA_KEYS.test(key);
