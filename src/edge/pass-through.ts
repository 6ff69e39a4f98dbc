// The wrappers and decorators where nothing is traced: what they are given comes back as it is.
import type { KindDecorator, KindMethod } from "../decorators/decorator-types.ts";
import type { TraceWrapper } from "../decorators/trace-kinds.ts";
import type { withSpan as withSpanOfNode } from "../decorators/with-span.ts";
import type { traceClient as traceClientOfNode } from "../instrumentation/trace-client.ts";
import type { withFlush as withFlushOfNode } from "../serverless/with-flush.ts";

const same = <T>(given: T): T => given;

const isKey = (value: unknown): boolean => typeof value === "string" || typeof value === "symbol";

/** Leaves a member as it is, under either kind of decorators. */
const leave = (...[target, key]: unknown[]): unknown => (isKey(key) ? undefined : target);

/** Decorator, decorator factory and wrapper: the call's shape tells which. */
const passThrough = (...args: unknown[]): unknown =>
  args.length > 1 || typeof args[0] === "function" ? leave(...args) : leave;

/** A tracer's method for any kind. */
export const kindMethod: KindMethod = passThrough as KindMethod;

export const withSpan: typeof withSpanOfNode = same;
/** Gives the handler itself: there is nothing to deliver before its result. */
export const withFlush: typeof withFlushOfNode = same as typeof withFlushOfNode;
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

export const llm: KindDecorator = kindMethod;
export const chain: KindDecorator = kindMethod;
export const tool: KindDecorator = kindMethod;
export const agent: KindDecorator = kindMethod;
export const retriever: KindDecorator = kindMethod;
export const reranker: KindDecorator = kindMethod;
export const embedding: KindDecorator = kindMethod;
export const guardrail: KindDecorator = kindMethod;
export const evaluator: KindDecorator = kindMethod;
export const prompt: KindDecorator = kindMethod;
export const observe: KindDecorator = kindMethod;
