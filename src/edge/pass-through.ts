// The wrappers and decorators where nothing is traced: what they are given comes back as it is.
import type { KindDecorator, KindMethod } from "../decorators/decorator-types.ts";
import type { TraceWrapper } from "../decorators/trace-kinds.ts";
import type { withSpan as withSpanOfNode } from "../decorators/with-span.ts";
import type { traceClient as traceClientOfNode } from "../instrumentation/trace-client.ts";

const same = <T>(given: T): T => given;

const isKey = (value: unknown): boolean => typeof value === "string" || typeof value === "symbol";

/** Leaves a member as it is, under either kind of decorators. */
const leave = (...[target, key]: unknown[]): unknown => (isKey(key) ? undefined : target);

/** Decorator, decorator factory and wrapper: the call's shape tells which. */
const passThrough: KindMethod = ((...args: unknown[]): unknown =>
  args.length > 1 || typeof args[0] === "function" ? leave(...args) : leave) as KindMethod;

/** A tracer's method for any kind. */
export const kindMethod: KindMethod = passThrough;

export const withSpan: typeof withSpanOfNode = same;
export const traceClient: typeof traceClientOfNode = same;

export const traceLLM: TraceWrapper = same;
export const traceChain: TraceWrapper = same;
export const traceTool: TraceWrapper = same;
export const traceAgent: TraceWrapper = same;
export const traceRetriever: TraceWrapper = same;
export const traceReranker: TraceWrapper = same;
export const traceEmbedding: TraceWrapper = same;
export const traceGuardrail: TraceWrapper = same;
export const traceEvaluator: TraceWrapper = same;
export const tracePrompt: TraceWrapper = same;

export const llm: KindDecorator = passThrough;
export const chain: KindDecorator = passThrough;
export const tool: KindDecorator = passThrough;
export const agent: KindDecorator = passThrough;
export const retriever: KindDecorator = passThrough;
export const reranker: KindDecorator = passThrough;
export const embedding: KindDecorator = passThrough;
export const guardrail: KindDecorator = passThrough;
export const evaluator: KindDecorator = passThrough;
export const prompt: KindDecorator = passThrough;
export const observe: KindDecorator = passThrough;
