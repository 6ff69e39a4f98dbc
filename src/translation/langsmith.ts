// LangSmith's own words, beside those of the GenAI conventions in which it writes its runs.
import type { SpanKindValue } from "../openinference/span-kind.ts";
import { asNumber, asRecord, asRecords, asText, asWord } from "../openinference/read-value.ts";
import { textOrJson } from "./draft-value.ts";
import {
  cacheReadTokens,
  cacheWriteTokens,
  completeTokens,
  completionTokens,
  promptTokens,
  reasoningTokens,
  totalTokens,
} from "./gen-ai-values.ts";
import { unwrapped } from "./json-value.ts";
import { dropped, metadata, tags } from "./rows.ts";
import type { ForeignSpan, RowReader, Vocabulary } from "./vocabulary.ts";

const KINDS: ReadonlyMap<string, SpanKindValue> = new Map(
  Object.entries<SpanKindValue>({
    llm: "LLM",
    chain: "CHAIN",
    parser: "CHAIN",
    tool: "TOOL",
    retriever: "RETRIEVER",
    embedding: "EMBEDDING",
    prompt: "PROMPT",
  }),
);

const kindOf = ({ attributes }: ForeignSpan): SpanKindValue | undefined =>
  KINDS.get(asWord(attributes["langsmith.span.kind"])?.toLowerCase() ?? "");

/** A run's usage as JSON; counts that stand in attributes of their own were read before. */
const usage: RowReader = (draft, value) => {
  const read = asRecord(unwrapped(value));
  if (read === undefined) return false;
  const prompt = asRecord(read["input_token_details"]);
  const completion = asRecord(read["output_token_details"]);
  promptTokens(draft, read["input_tokens"], "");
  completionTokens(draft, read["output_tokens"], "");
  totalTokens(draft, read["total_tokens"], "");
  cacheReadTokens(draft, prompt?.["cache_read"], "");
  cacheWriteTokens(draft, prompt?.["cache_creation"], "");
  reasoningTokens(draft, completion?.["reasoning"], "");
  return true;
};

const inputDetails: RowReader = (draft, value, rest) =>
  usage(draft, { input_token_details: unwrapped(value) }, rest);

const outputDetails: RowReader = (draft, value, rest) =>
  usage(draft, { output_token_details: unwrapped(value) }, rest);

/** A retriever's run answers with LangChain's documents. */
const retrieved: RowReader = (draft, value) => {
  const read = unwrapped(value);
  const documents = asRecords(asRecord(read)?.["documents"] ?? read);
  if (draft.kind !== "RETRIEVER" || documents.length === 0) return false;
  for (const document of documents) {
    const content = asText(document["pageContent"]) ?? asText(document["page_content"]);
    const of = asRecord(document["metadata"]);
    draft.outputDocuments.push({
      id: asText(document["id"]),
      content,
      score: asNumber(document["score"]) ?? asNumber(of?.["score"]),
      metadata: of,
    });
  }
  draft.output ??= textOrJson(value);
  return true;
};

export const langsmith: Vocabulary = {
  kind: kindOf,
  rows: [
    ["langsmith.span.kind", (draft) => draft.kind !== undefined],
    ["langsmith.metadata.*", metadata],
    ["langsmith.span.tags", tags],
    ["langsmith.usage_metadata", usage],
    ["gen_ai.usage.input_token_details", inputDetails],
    ["gen_ai.usage.output_token_details", outputDetails],
    ["langsmith.request.streaming", dropped],
    ["gen_ai.completion", retrieved],
  ],
  finish: completeTokens,
};
