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

export { resolveConfig } from "./config/resolve-config.ts";
export type { ResolvedConfig } from "./config/resolved-config.ts";
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

export type { BlobDetails, BlobUploader, Mask, TraceConfigOptions } from "./config/masking-settings.ts";
export { REDACTED_VALUE } from "./config/redacted-value.ts";
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
export { traceClient, type TraceClientOptions } from "./instrumentation/trace-client.ts";
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

// What @arizeai/phoenix-otel and @arizeai/openinference-core export besides, by the same names: see docs/migrating.md.
export { context, DiagLogLevel, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
export {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-node";
export { resourceFromAttributes } from "@opentelemetry/resources";
export * from "@arizeai/openinference-semantic-conventions";
export type { Headers, RegisterOptions as RegisterParams } from "./config/options.ts";
export { ensureCollectorEndpoint } from "./config/collector-endpoint.ts";
export { OTLPTraceExporter } from "./exporters/otlp-trace-exporter.ts";
export {
  getDefaultSpanProcessor,
  LazyOpenInferenceSpanProcessor,
  OpenInferenceBatchSpanProcessor,
  OpenInferenceSimpleSpanProcessor,
  type OpenInferenceSpanProcessorOptions,
} from "./processors/openinference-span-processors.ts";
export {
  attachGlobalTracerProvider,
  detachGlobalTracerProvider,
  type GlobalTracerProviderRegistration,
} from "./attached-providers.ts";
export { createNoOpProvider } from "./tracer-provider.ts";
export {
  type AutoLoaderOptions,
  registerInstrumentations,
} from "./instrumentation/register-instrumentations.ts";
export { getTracer, type OISpan, OITracer, wrapTracer } from "./decorators/oi-tracer.ts";
export type {
  AnyFn,
  InputToAttributesFn,
  OutputToAttributesFn,
  SpanTraceOptions,
} from "./decorators/span-trace-options.ts";
export {
  defaultProcessInput,
  defaultProcessOutput,
  getAnnotationAttributes,
  getDocumentAttributes,
  getEmbeddingAttributes,
  getEvaluationAttributes,
  getInputAttributes,
  getLLMAttributes,
  getMetadataAttributes,
  getOutputAttributes,
  getRetrieverAttributes,
  getToolAttributes,
  toInputType,
  toOutputType,
} from "./openinference/attribute-builders.ts";
export type {
  Annotation,
  AnnotationScope,
  Document,
  Embedding,
  Image,
  ImageMessageContent,
  LLMAttributesOptions,
  Message,
  MessageContent,
  PromptDetails,
  ReasoningMessageContent,
  SpanInput,
  SpanOutput,
  TextMessageContent,
  TokenCount,
  Tool,
  ToolCall,
  ToolCallFunction,
} from "./openinference/builders/builder-values.ts";
export {
  assertUnreachable,
  isAttributes,
  isObjectWithStringKeys,
  isPromise,
  isStringArray,
  objectAsAttributes,
} from "./openinference/is-attributes.ts";
export {
  type GenericFunction,
  type SafeFunction,
  safelyJSONParse,
  safelyJSONStringify,
  withSafety,
} from "./openinference/safely.ts";
export {
  DEFAULT_BASE64_IMAGE_MAX_LENGTH,
  DEFAULT_HIDE_EMBEDDING_VECTORS,
  DEFAULT_HIDE_INPUT_IMAGES,
  DEFAULT_HIDE_INPUT_MESSAGES,
  DEFAULT_HIDE_INPUT_TEXT,
  DEFAULT_HIDE_INPUTS,
  DEFAULT_HIDE_LLM_TOOLS,
  DEFAULT_HIDE_OUTPUT_MESSAGES,
  DEFAULT_HIDE_OUTPUT_TEXT,
  DEFAULT_HIDE_OUTPUTS,
  DEFAULT_HIDE_PROMPTS,
  OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH,
  OPENINFERENCE_HIDE_EMBEDDING_VECTORS,
  OPENINFERENCE_HIDE_INPUT_IMAGES,
  OPENINFERENCE_HIDE_INPUT_MESSAGES,
  OPENINFERENCE_HIDE_INPUT_TEXT,
  OPENINFERENCE_HIDE_INPUTS,
  OPENINFERENCE_HIDE_LLM_TOOLS,
  OPENINFERENCE_HIDE_OUTPUT_MESSAGES,
  OPENINFERENCE_HIDE_OUTPUT_TEXT,
  OPENINFERENCE_HIDE_OUTPUTS,
  OPENINFERENCE_HIDE_PROMPTS,
} from "./config/trace-config-defaults.ts";
export { generateTraceConfig, type TraceConfig } from "./config/trace-config.ts";
