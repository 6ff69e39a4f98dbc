// Every public name of the package, in reading order.
export { register } from "./register.ts";
export type {
  Instrumentation,
  RegisterOptions,
  SpanFilter,
  TracerProviderOptions,
} from "./config/options.ts";
export type { SpoolOptions, SpoolSettings } from "./config/spool-settings.ts";
export { PhoenixConfigError } from "./config/config-error.ts";

export { resolveConfig, type ResolvedConfig } from "./config/resolve-config.ts";
export type { ResolvedHeaders } from "./config/headers.ts";
export type { Resolved } from "./config/resolved.ts";
export type { Destination, Protocol, Target } from "./config/target.ts";

export { type AddSpanProcessorOptions, TracerProvider } from "./tracer-provider.ts";
export { BatchSpanProcessor, type BatchSpanProcessorOptions } from "./processors/batch-span-processor.ts";
export { SimpleSpanProcessor, type SimpleSpanProcessorOptions } from "./processors/simple-span-processor.ts";
export { HTTPSpanExporter, type HTTPSpanExporterOptions } from "./exporters/http-span-exporter.ts";
export { GRPCSpanExporter, type GRPCSpanExporterOptions } from "./exporters/grpc-span-exporter.ts";
export { type FlushedResult, withFlush, type WithFlushOptions } from "./serverless/with-flush.ts";
export type { FlushResult } from "./delivery/delivery.ts";
export type { DeliveryStats, DropReason } from "./delivery/counters.ts";

export {
  usingAttributes,
  usingMetadata,
  usingPromptTemplate,
  usingSession,
  usingTags,
  usingUser,
} from "./context/using.ts";
export { usingProject } from "./context/project.ts";
export { suppressTracing } from "./context/suppress-tracing.ts";
export {
  clearAttributes,
  clearMetadata,
  clearPromptTemplate,
  clearSession,
  clearTags,
  clearUser,
  type ContextValues,
  getAttributes,
  getMetadata,
  getPromptTemplate,
  getSession,
  getTags,
  getUser,
  type Metadata,
  type PromptTemplate,
  type Session,
  setAttributes,
  setMetadata,
  setPromptTemplate,
  setSession,
  setTags,
  setUser,
  type Tags,
  type User,
} from "./context/context-values.ts";
export { ContextAttributes } from "./context/context-keys.ts";
export { getAttributesFromContext } from "./context/context-attributes.ts";

export type { BlobDetails, BlobUploader, Mask, TraceConfig } from "./config/masking-settings.ts";
export { redactSecrets, type RedactSecretsOptions } from "./masking/redact-secrets.ts";
export { isOpenInferenceSpan } from "./spans/open-inference.ts";

export type { Diagnostic, DiagnosticCode } from "./diagnostics.ts";
export { SEMRESATTRS_PROJECT_NAME as PROJECT_NAME } from "@arizeai/openinference-semantic-conventions";

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
export type { SpanKindName, SpanKindValue } from "./openinference/span-kind.ts";
export type {
  AnyFunction,
  CallOptions,
  CaptureOptions,
  SpanKindOption,
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
export { getActiveSpan } from "./openinference/active-span.ts";
export type { OpenInferenceSpan } from "./openinference/open-inference-span.ts";
export type { ToolDescription } from "./openinference/tool.ts";
export type { EmbeddingDescription } from "./openinference/embeddings.ts";
export type { RerankerDescription } from "./openinference/reranker.ts";
export type { PromptTemplateDescription } from "./openinference/prompt.ts";
export type {
  LlmContent,
  LlmDescription,
  LlmMessage,
  LlmTokenCount,
  LlmTool,
  LlmToolCall,
} from "./openinference/llm/llm-description.ts";
export type { RetrievedDocument } from "./openinference/documents.ts";
