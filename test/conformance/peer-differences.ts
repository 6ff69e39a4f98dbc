// What of the leading packages' names is not as there, each with its reason: docs/migrating.md says the same.

const CLASS = "a class with private members is exchangeable with itself alone; it has the same members";

/** Names whose types are not interchangeable, as "name as a value", "name, taken" (ours where theirs is expected) or "given". */
export const DIFFERING_TYPES: Readonly<Record<string, string>> = {
  "Instrumentation, taken": "what register() needs of one; any instrumentation fits",
  "LazyOpenInferenceSpanProcessor as a value": CLASS,
  "LazyOpenInferenceSpanProcessor, given": CLASS,
  "LazyOpenInferenceSpanProcessor, taken": CLASS,
  "OISpan, taken": CLASS,
  "OITracer as a value": CLASS,
  "OITracer, given": CLASS,
  "OITracer, taken": CLASS,
  "OTLPTraceExporter as a value": CLASS,
  "OTLPTraceExporter, given": CLASS,
  "OTLPTraceExporter, taken": CLASS,
  "RegisterParams, taken": "has more options, and functions for apiKey and headers",
  "TraceConfig, given": "has more switches",
  "getTracer as a value": CLASS,
  "wrapTracer as a value": CLASS,
};
