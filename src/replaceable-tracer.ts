// A tracer that follows its provider: when register() replaces the provider, tracers taken before go along.
// Its spans carry what the context says, and so do the attributes that the sampler is asked with.
import { type Context, context, type Span, type SpanOptions, type Tracer } from "@opentelemetry/api";
import { ActiveSpanTracer } from "./context/active-span-tracer.ts";
import { attributesFromContext } from "./context/context-attributes.ts";
import { activate, noteStarted } from "./context/phoenix-spans.ts";
import { startBeside } from "./start-beside.ts";

/** Forwards every span to the tracer that `current` names at that moment. */
export class ReplaceableTracer extends ActiveSpanTracer {
  /** Tells the wrappers that they need not look into the context for it. */
  readonly readsContext = true;
  readonly #current: () => Tracer;

  constructor(current: () => Tracer) {
    super();
    this.#current = current;
  }

  override startSpan(name: string, options?: SpanOptions, active: Context = context.active()): Span {
    const tracer = this.#current();
    const given = withContext(options, active);
    const span = startBeside(active, (parent) => tracer.startSpan(name, given, parent));
    noteStarted(span);
    return span;
  }

  protected override activated(active: Context, span: Span): Context {
    return activate(active, span);
  }
}

/** The options with what the context says of every span; a key that they have is not touched. */
function withContext(options: SpanOptions | undefined, active: Context): SpanOptions | undefined {
  const attributes = attributesFromContext(active);
  return attributes === undefined
    ? options
    : { ...options, attributes: { ...attributes, ...options?.attributes } };
}
