// The ten wrappers, one per span kind.
import type { SpanKindValue } from "../openinference/span-kind.ts";
import type { AnyFunction, StreamedChunk, TraceOptions } from "./span-options.ts";
import { traceFunction } from "./with-span.ts";

/** Wraps a function so that each call is a span of one kind; see `withSpan`. */
export type TraceWrapper = <F extends AnyFunction, Gathered = StreamedChunk<F>[]>(
  fn: F,
  options?: TraceOptions<F, Gathered>,
) => F;

const wrapperOf =
  (kind: SpanKindValue): TraceWrapper =>
  (fn, options) =>
    traceFunction(fn, kind, options ?? {});

/** Traces a call to an LLM; messages, model, tools and token counts fill themselves in from known SDK shapes. */
export const traceLLM: TraceWrapper = wrapperOf("LLM");
/** Traces a step that links others. */
export const traceChain: TraceWrapper = wrapperOf("CHAIN");
/** Traces a tool that a model calls; writes its name, description and parameters. */
export const traceTool: TraceWrapper = wrapperOf("TOOL");
/** Traces an agent: a loop of LLM and tool calls. */
export const traceAgent: TraceWrapper = wrapperOf("AGENT");
/** Traces a search for documents; writes what it found. */
export const traceRetriever: TraceWrapper = wrapperOf("RETRIEVER");
/** Traces a reordering of documents; writes query, documents and order. */
export const traceReranker: TraceWrapper = wrapperOf("RERANKER");
/** Traces an embedding call; writes model, texts and vectors. */
export const traceEmbedding: TraceWrapper = wrapperOf("EMBEDDING");
/** Traces a check of what goes in or comes out of a model. */
export const traceGuardrail: TraceWrapper = wrapperOf("GUARDRAIL");
/** Traces a judgement of an output. */
export const traceEvaluator: TraceWrapper = wrapperOf("EVALUATOR");
/** Traces the rendering of a prompt; writes its variables. */
export const tracePrompt: TraceWrapper = wrapperOf("PROMPT");
