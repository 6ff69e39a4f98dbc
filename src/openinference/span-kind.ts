// The ten OpenInference span kinds and the names they go by here.

/** Every OpenInference span kind, by the name of its decorator and tracer method. */
export const SPAN_KINDS = {
  llm: "LLM",
  chain: "CHAIN",
  tool: "TOOL",
  agent: "AGENT",
  retriever: "RETRIEVER",
  reranker: "RERANKER",
  embedding: "EMBEDDING",
  guardrail: "GUARDRAIL",
  evaluator: "EVALUATOR",
  prompt: "PROMPT",
} as const;

/** The name of a kind in code: `llm`, `chain`, `tool`, … */
export type SpanKindName = keyof typeof SPAN_KINDS;

/** The value of `openinference.span.kind`. */
export type SpanKindValue = (typeof SPAN_KINDS)[SpanKindName];
