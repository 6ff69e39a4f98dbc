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
