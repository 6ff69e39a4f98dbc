// A tracer that follows its provider: when register() replaces the provider, tracers taken before go along.
// Its spans carry what the context says, and so do the attributes that the sampler is asked with.
import { type Context, context, type Span, type SpanOptions, type Tracer } from "@opentelemetry/api";
import { attributesFromContext } from "./context/context-attributes.ts";
import { activate, noteStarted } from "./context/phoenix-spans.ts";
import { startBeside } from "./start-beside.ts";

/** Forwards every span to the tracer that `current` names at that moment. */
export class ReplaceableTracer implements Tracer {
  /** Tells the wrappers that they need not look into the context for it. */
  readonly readsContext = true;
  readonly #current: () => Tracer;

  constructor(current: () => Tracer) {
    this.#current = current;
  }

  startSpan(name: string, options?: SpanOptions, active: Context = context.active()): Span {
    const tracer = this.#current();
    const given = withContext(options, active);
    const span = startBeside(active, (parent) => tracer.startSpan(name, given, parent));
    noteStarted(span);
    return span;
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
    if (rest.length === 0) return undefined;
    const fn = rest.at(-1) as (span: Span) => unknown;
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : undefined;
    const active = rest.length > 2 ? (rest[1] as Context) : context.active();
    const span = this.startSpan(name, options, active);
    return context.with(activate(active, span), fn, undefined, span);
  }
}

/** The options with what the context says of every span; a key that they have is not touched. */
function withContext(options: SpanOptions | undefined, active: Context): SpanOptions | undefined {
  const attributes = attributesFromContext(active);
  return attributes === undefined
    ? options
    : { ...options, attributes: { ...attributes, ...options?.attributes } };
}
