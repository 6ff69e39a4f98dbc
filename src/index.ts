// Every public name of the package, in reading order.
export type { Diagnostic, DiagnosticCode } from "./diagnostics.ts";

export { withSpan } from "./decorators/with-span.ts";
export {
  traceAgent,
  traceChain,
  traceEmbedding,
  traceEvaluator,
  traceGuardrail,
  traceLLM,
  tracePrompt,
  traceReranker,
  traceRetriever,
  traceTool,
  type TraceWrapper,
} from "./decorators/trace-kinds.ts";
export type { SpanKindName, SpanKindValue } from "./decorators/span-kind.ts";
export type {
  AnyFunction,
  CallOptions,
  CaptureOptions,
  TraceOptions,
  WithSpanOptions,
} from "./decorators/span-options.ts";
export {
  agent,
  chain,
  embedding,
  evaluator,
  guardrail,
  llm,
  observe,
  prompt,
  reranker,
  retriever,
  tool,
} from "./decorators/kind-decorators.ts";
export type {
  DecoratorOptions,
  KindDecorator,
  KindMethod,
  MemberDecorator,
  ObserveDecorator,
} from "./decorators/decorator-types.ts";
export type { OpenInferenceTracer } from "./tracer.ts";
export { addKindMethods } from "./tracer.ts";
export {
  getActiveSpan,
  type EmbeddingDescription,
  type OpenInferenceSpan,
  type PromptTemplateDescription,
  type RerankerDescription,
  type ToolDescription,
} from "./decorators/active-span.ts";
export type { RetrievedDocument } from "./decorators/kinds/document-attributes.ts";
