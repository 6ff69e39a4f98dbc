// Which vocabularies a span is written in, by what its keys begin with: that is known before any of them is read.

/** A vocabulary that is known. */
export type VocabularyName =
  | "aiSdk"
  | "traceloop"
  | "genkit"
  | "mastra"
  | "langsmith"
  | "genAiIndexed"
  | "genAi";

/**
 * What the keys of each begin with. The first that tells a span's kind decides; their rows are read in the order they
 * stand here behind those of the GenAI conventions, whose words win.
 */
export const VOCABULARY_PREFIXES: readonly (readonly [VocabularyName, readonly string[]])[] = [
  ["aiSdk", ["ai."]],
  ["traceloop", ["traceloop."]],
  ["genkit", ["genkit:"]],
  ["mastra", ["mastra."]],
  ["langsmith", ["langsmith."]],
  [
    "genAiIndexed",
    ["gen_ai.prompt", "gen_ai.completion", "llm.request.type", "llm.request.functions.", "llm.usage."],
  ],
  ["genAi", ["gen_ai."]],
];
