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

  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const tracer = this.#current();
    return Reflect.apply(tracer.startActiveSpan, tracer, [name, ...rest]) as ReturnType<F>;
  }
}
