// A tracer whose spans record nothing.
import { type Context, context, type Span, type SpanOptions } from "@opentelemetry/api";
import { ActiveSpanTracer } from "../context/active-span-tracer.ts";
import { SPAN_KINDS } from "../openinference/span-kind.ts";
import type { OpenInferenceTracer } from "../tracer.ts";
import { kindMethod } from "./pass-through.ts";
import { untracedSpan } from "./untraced-span.ts";

/** Starts spans that record nothing and have the ids of the active one. */
export class UntracedTracer extends ActiveSpanTracer {
  override startSpan(_name: string, _options?: SpanOptions, active: Context = context.active()): Span {
    return untracedSpan(active);
  }
}

/** Gives a tracer that has a method for each kind, which gives the function back. */
export function createUntracedTracer(): OpenInferenceTracer {
  const methods = Object.keys(SPAN_KINDS).map((kind) => [kind, kindMethod]);
  return Object.assign(new UntracedTracer(), Object.fromEntries(methods));
}
