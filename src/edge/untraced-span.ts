// A span that records nothing.
import { type Context, INVALID_SPAN_CONTEXT, type Span, trace } from "@opentelemetry/api";

/** A span that records nothing, with the ids of the one that is active in `active`, as OpenTelemetry's API gives it. */
export function untracedSpan(active: Context): Span {
  return trace.wrapSpanContext(trace.getSpanContext(active) ?? INVALID_SPAN_CONTEXT);
}
