// The decorators, one per span kind, and `observe` for a kind named in its options.
import type { KindDecorator, ObserveDecorator } from "./decorator-types.ts";
import { createKindFunction } from "./kind-function.ts";

/** Decorates a member that calls an LLM; see `traceLLM`. */
export const llm: KindDecorator = createKindFunction("LLM");
/** Decorates a step that links others; see `traceChain`. */
export const chain: KindDecorator = createKindFunction("CHAIN");
/** Decorates a tool; see `traceTool`. */
export const tool: KindDecorator = createKindFunction("TOOL");
/** Decorates an agent; see `traceAgent`. */
export const agent: KindDecorator = createKindFunction("AGENT");
/** Decorates a search for documents; see `traceRetriever`. */
export const retriever: KindDecorator = createKindFunction("RETRIEVER");
/** Decorates a reordering of documents; see `traceReranker`. */
export const reranker: KindDecorator = createKindFunction("RERANKER");
/** Decorates an embedding call; see `traceEmbedding`. */
export const embedding: KindDecorator = createKindFunction("EMBEDDING");
/** Decorates a check of what goes in or comes out of a model; see `traceGuardrail`. */
export const guardrail: KindDecorator = createKindFunction("GUARDRAIL");
/** Decorates a judgement of an output; see `traceEvaluator`. */
export const evaluator: KindDecorator = createKindFunction("EVALUATOR");
/** Decorates the rendering of a prompt; see `tracePrompt`. */
export const prompt: KindDecorator = createKindFunction("PROMPT");

/** Decorates a member of the kind that `options.kind` names, `"CHAIN"` when it names none. */
export const observe: ObserveDecorator = createKindFunction("CHAIN");
