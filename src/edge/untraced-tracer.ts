// A tracer whose spans record nothing.
import { type Context, context, type Span, type SpanOptions, trace, type Tracer } from "@opentelemetry/api";
import { SPAN_KINDS } from "../openinference/span-kind.ts";
import type { OpenInferenceTracer } from "../tracer.ts";
import { kindMethod } from "./pass-through.ts";
import { untracedSpan } from "./untraced-span.ts";

/** Starts spans that record nothing and have the ids of the active one. */
export class UntracedTracer implements Tracer {
  startSpan(_name: string, _options?: SpanOptions, active: Context = context.active()): Span {
    return untracedSpan(active);
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan(name: string, ...rest: unknown[]): unknown {
    const fn = rest.at(-1);
    if (typeof fn !== "function") return undefined;
    const active = (rest.length > 2 ? (rest[1] as Context | undefined) : undefined) ?? context.active();
    const span = this.startSpan(name, undefined, active);
    return context.with(trace.setSpan(active, span), fn as (span: Span) => unknown, undefined, span);
  }
}

/** Gives a tracer that has a method for each kind, which gives the function back. */
export function createUntracedTracer(): OpenInferenceTracer {
  const methods = Object.keys(SPAN_KINDS).map((kind) => [kind, kindMethod]);
  return Object.assign(new UntracedTracer(), Object.fromEntries(methods));
}
