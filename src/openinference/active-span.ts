// The handle on the span that is active where it is asked for.
import { INVALID_SPAN_CONTEXT, trace } from "@opentelemetry/api";
import { OpenInferenceSpan } from "./open-inference-span.ts";

/**
 * The span that is active here: inside a traced function, that function's. Never `undefined`: where no span is active every
 * method does nothing.
 */
export function getActiveSpan(): OpenInferenceSpan {
  return new OpenInferenceSpan(trace.getActiveSpan() ?? trace.wrapSpanContext(INVALID_SPAN_CONTEXT));
}
