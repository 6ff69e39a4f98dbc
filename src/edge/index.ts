// Every public name of the package for edge runtimes and browsers, where nothing is traced. The types are those of
// src/index.ts; test/package/edge.test.ts compares the names.
export { register } from "./register.ts";
export { PhoenixConfigError } from "../config/config-error.ts";
export { resolveConfig } from "./resolve-config.ts";
export {
  attachGlobalTracerProvider,
  createNoOpProvider,
  detachGlobalTracerProvider,
  TracerProvider,
} from "./tracer-provider.ts";
export {
  BatchSpanProcessor,
  getDefaultSpanProcessor,
  LazyOpenInferenceSpanProcessor,
  OpenInferenceBatchSpanProcessor,
  OpenInferenceSimpleSpanProcessor,
  SimpleSpanProcessor,
} from "./span-processors.ts";
export { GRPCSpanExporter, HTTPSpanExporter, OTLPTraceExporter } from "./span-exporters.ts";
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
  traceAgent,
  traceChain,
  traceClient,
  traceEmbedding,
  traceEvaluator,
  traceGuardrail,
  traceLLM,
  tracePrompt,
  traceReranker,
  traceRetriever,
  traceTool,
  withSpan,
} from "./pass-through.ts";
export { withFlush } from "./with-flush.ts";
export { getActiveSpan } from "./active-span.ts";
export { getTracer, OITracer, wrapTracer } from "./oi-tracer.ts";
export { registerInstrumentations } from "./register-instrumentations.ts";
export { resourceFromAttributes } from "./resource.ts";
export {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from "./samplers.ts";

// What needs nothing of Node is the same.
export {
  usingAttributes,
  usingMetadata,
  usingPromptTemplate,
  usingSession,
  usingTags,
  usingUser,
} from "../context/using.ts";
export { usingProject } from "../context/project.ts";
export { suppressTracing } from "../context/suppress-tracing.ts";
export {
  clearAttributes,
  clearMetadata,
  clearPromptTemplate,
  clearSession,
  clearTags,
  clearUser,
  getAttributes,
  getMetadata,
  getPromptTemplate,
  getSession,
  getTags,
  getUser,
  setAttributes,
  setMetadata,
  setPromptTemplate,
  setSession,
  setTags,
  setUser,
} from "../context/context-values.ts";
export { ContextAttributes } from "../context/context-keys.ts";
export { getAttributesFromContext } from "../context/context-attributes.ts";
export { REDACTED_VALUE } from "../config/redacted-value.ts";
export { redactSecrets } from "../masking/redact-secrets.ts";
export { isOpenInferenceSpan } from "../spans/open-inference.ts";
export { context, DiagLogLevel, SpanStatusCode, trace } from "@opentelemetry/api";
export { SEMRESATTRS_PROJECT_NAME as PROJECT_NAME } from "@arizeai/openinference-semantic-conventions";
export * from "@arizeai/openinference-semantic-conventions";
export { ensureCollectorEndpoint } from "../config/collector-endpoint.ts";
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
} from "../openinference/attribute-builders.ts";
export {
  assertUnreachable,
  isAttributes,
  isObjectWithStringKeys,
  isPromise,
  isStringArray,
  objectAsAttributes,
} from "../openinference/is-attributes.ts";
export { safelyJSONParse, safelyJSONStringify, withSafety } from "../openinference/safely.ts";
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
} from "../config/trace-config-defaults.ts";
export { generateTraceConfig } from "../config/trace-config.ts";
