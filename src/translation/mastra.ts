// Mastra: the GenAI conventions for models and tools, and its own words for everything around them.
import type { SpanKindValue } from "../openinference/span-kind.ts";
import { isMessageList, readMessageList } from "../openinference/llm/message-list.ts";
import { asWord } from "../openinference/read-value.ts";
import { onlyText } from "./draft-value.ts";
import { cacheReadTokens } from "./gen-ai-values.ts";
import { unwrapped } from "./json-value.ts";
import { input, metadata, output } from "./rows.ts";
import type { ForeignSpan, RowReader, Vocabulary } from "./vocabulary.ts";

/** What is none of these, a step, a processor or memory, is a link of the chain. */
const KINDS: ReadonlyMap<string, SpanKindValue> = new Map(
  Object.entries<SpanKindValue>({
    agent_run: "AGENT",
    tool_call: "TOOL",
    mcp_tool_call: "TOOL",
    provider_tool_call: "TOOL",
    client_tool_call: "TOOL",
    rag_embedding: "EMBEDDING",
    scorer_run: "EVALUATOR",
  }),
);

/** Several spans of one call say `model`: the one whose operation is a chat has messages and tokens. */
const MODEL = /^(?:model|llm)_/;
const MODEL_CALLS: ReadonlySet<unknown> = new Set(["chat", "tool_selection"]);

function kindOf({ attributes }: ForeignSpan): SpanKindValue | undefined {
  const type = asWord(attributes["mastra.span.type"])?.toLowerCase();
  if (type === undefined) return undefined;
  if (MODEL.test(type)) return MODEL_CALLS.has(attributes["gen_ai.operation.name"]) ? "LLM" : "CHAIN";
  return KINDS.get(type) ?? "CHAIN";
}

/** A conversation of one message is its text. */
const entityInput: RowReader = (draft, value, rest) => {
  const read = unwrapped(value);
  const text = isMessageList(read) ? onlyText(readMessageList(read)) : undefined;
  if (text === undefined) return input(draft, value, rest);
  draft.input ??= { text, isJson: false };
  return true;
};

/** The HTTP answer of a step: its headers may hold cookies, and its body repeats what the span says. */
const ANSWER: ReadonlySet<string> = new Set(["metadata.headers", "metadata.body"]);

/** `mastra.agent_run.input` and the like, by the type of the span. */
const ownWord: RowReader = (draft, value, rest) => {
  if (ANSWER.has(rest)) return true;
  if (rest.startsWith("metadata.")) return metadata(draft, value, rest.slice("metadata.".length));
  if (rest.endsWith(".input")) return entityInput(draft, value, rest);
  return rest.endsWith(".output") && output(draft, value, rest);
};

export const mastra: Vocabulary = {
  kind: kindOf,
  rows: [
    ["mastra.*", ownWord],
    // Versions 0.x, beside the same in the conventions' older words.
    ["gen_ai.tool.input", input],
    ["gen_ai.tool.output", output],
    ["input", entityInput],
    ["output", output],
    ["gen_ai.usage.cached_input_tokens", cacheReadTokens],
  ],
};
