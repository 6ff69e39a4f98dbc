// A tracer that follows its provider: when register() replaces the provider, tracers taken before go along.
import type { Context, Span, SpanOptions, Tracer } from "@opentelemetry/api";

/** Forwards every span to the tracer that `current` names at that moment. */
export class ReplaceableTracer implements Tracer {
  readonly #current: () => Tracer;

  constructor(current: () => Tracer) {
    this.#current = current;
  }

  startSpan(name: string, options?: SpanOptions, context?: Context): Span {
    return this.#current().startSpan(name, options, context);
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
    const tracer = this.#current() as { startActiveSpan(name: string, ...rest: unknown[]): unknown };
    return tracer.startActiveSpan(name, ...rest);
  }
}
