// What every tracer of this package says of startActiveSpan(), whose ways to call it are OpenTelemetry's.
import { type Context, context, type Span, type SpanOptions, trace, type Tracer } from "@opentelemetry/api";

/** A tracer that starts spans its own way. */
export abstract class ActiveSpanTracer<S extends Span = Span> implements Tracer {
  abstract startSpan(name: string, options?: SpanOptions, active?: Context): S;

  startActiveSpan<F extends (span: S) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: S) => unknown>(name: string, options: SpanOptions, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: S) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan(name: string, ...rest: unknown[]): unknown {
    const fn = rest.at(-1);
    if (typeof fn !== "function") return undefined;
    const options = rest.length > 1 ? (rest[0] as SpanOptions | undefined) : undefined;
    const active = (rest.length > 2 ? (rest[1] as Context | undefined) : undefined) ?? context.active();
    const span = this.startSpan(name, options, active);
    return context.with(this.activated(active, span), fn as (span: S) => unknown, undefined, span);
  }

  /** The context with the span active in it. */
  protected activated(active: Context, span: S): Context {
    return trace.setSpan(active, span);
  }
}
