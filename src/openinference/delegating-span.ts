// A span that passes everything on to another one.
import type { Attributes, AttributeValue, Span, SpanContext, SpanStatus } from "@opentelemetry/api";

/** Passes every call on to `span`; its subclasses add to that. */
export class DelegatingSpan implements Span {
  protected readonly span: Span;

  constructor(span: Span) {
    this.span = span;
  }

  /** The provider's, by which it is known, and gives a limit of values. */
  get resource(): unknown {
    return (this.span as { readonly resource?: unknown }).resource;
  }

  /** Datadog's context manager makes its own span active by this; without it our wrappers' are nobody's parents there. */
  get _ddSpan(): unknown {
    return (this.span as { readonly _ddSpan?: unknown })._ddSpan;
  }

  spanContext(): SpanContext {
    return this.span.spanContext();
  }

  isRecording(): boolean {
    return this.span.isRecording();
  }

  setAttribute(key: string, value: AttributeValue): this {
    this.span.setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    this.span.setAttributes(attributes);
    return this;
  }

  /** Sets the status; one that was set to OK is kept, as OpenTelemetry has it. */
  setStatus(status: SpanStatus): this {
    this.span.setStatus(status);
    return this;
  }

  addEvent(...args: Parameters<Span["addEvent"]>): this {
    this.span.addEvent(...args);
    return this;
  }

  addLink(...args: Parameters<Span["addLink"]>): this {
    this.span.addLink(...args);
    return this;
  }

  addLinks(...args: Parameters<Span["addLinks"]>): this {
    this.span.addLinks(...args);
    return this;
  }

  /** Gives the span another name; samplers have seen the first. */
  updateName(name: string): this {
    this.span.updateName(name);
    return this;
  }

  recordException(...args: Parameters<Span["recordException"]>): void {
    this.span.recordException(...args);
  }

  end(...args: Parameters<Span["end"]>): void {
    this.span.end(...args);
  }
}
