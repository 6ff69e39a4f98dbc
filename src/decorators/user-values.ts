// What the user set on a span, whichever handle was used: their values win over the automatic ones.
import { SpanStatusCode, type Attributes, type Span, type SpanStatus } from "@opentelemetry/api";

/** A span whose attributes and status can be read back, as those of OpenTelemetry's SDK can. */
export interface ReadableSpan extends Span {
  readonly attributes: Attributes;
  readonly status: SpanStatus;
}

const isReadable = (span: Span): span is ReadableSpan => {
  const { attributes, status } = span as Partial<ReadableSpan>;
  return typeof attributes === "object" && typeof status === "object";
};

/** The span itself where it can be read back; else a stand-in that remembers what is set through it. */
export function readableSpan(span: Span): ReadableSpan {
  return isReadable(span) ? span : new RememberingSpan(span);
}

/** Passes everything on to a span of another implementation and remembers attributes and status. */
class RememberingSpan implements ReadableSpan {
  readonly attributes: Attributes = {};
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  readonly #span: Span;

  constructor(span: Span) {
    this.#span = span;
  }

  spanContext(): ReturnType<Span["spanContext"]> {
    return this.#span.spanContext();
  }

  isRecording(): boolean {
    return this.#span.isRecording();
  }

  setAttribute(...args: Parameters<Span["setAttribute"]>): this {
    this.attributes[args[0]] = args[1];
    this.#span.setAttribute(...args);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    Object.assign(this.attributes, attributes);
    this.#span.setAttributes(attributes);
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.status = status;
    this.#span.setStatus(status);
    return this;
  }

  addEvent(...args: Parameters<Span["addEvent"]>): this {
    this.#span.addEvent(...args);
    return this;
  }

  addLink(...args: Parameters<Span["addLink"]>): this {
    this.#span.addLink(...args);
    return this;
  }

  addLinks(...args: Parameters<Span["addLinks"]>): this {
    this.#span.addLinks(...args);
    return this;
  }

  updateName(name: string): this {
    this.#span.updateName(name);
    return this;
  }

  recordException(...args: Parameters<Span["recordException"]>): void {
    this.#span.recordException(...args);
  }

  end(...args: Parameters<Span["end"]>): void {
    this.#span.end(...args);
  }
}
