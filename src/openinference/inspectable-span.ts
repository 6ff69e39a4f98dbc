// A span that can be asked what was set on it, by whichever handle: values of the user win over the automatic ones.
import {
  SpanStatusCode,
  type Attributes,
  type AttributeValue,
  type Span,
  type SpanStatus,
} from "@opentelemetry/api";
import { DelegatingSpan } from "./delegating-span.ts";

/** A span whose attributes and status can be read back, as those of OpenTelemetry's SDK can. */
export interface InspectableSpan extends Span {
  readonly attributes: Attributes;
  readonly status: SpanStatus;
}

const isInspectable = (span: Span): span is InspectableSpan => {
  const { attributes, status } = span as Partial<InspectableSpan>;
  return (
    typeof attributes === "object" && attributes !== null && typeof status === "object" && status !== null
  );
};

/** The span itself where it can be read back; else a stand-in that remembers what is set through it. */
export function inspectable(span: Span): InspectableSpan {
  return isInspectable(span) ? span : new RememberingSpan(span);
}

/** Remembers attributes and status on their way to a span of another implementation. */
class RememberingSpan extends DelegatingSpan implements InspectableSpan {
  readonly attributes: Attributes = {};
  status: SpanStatus = { code: SpanStatusCode.UNSET };

  override setAttribute(key: string, value: AttributeValue): this {
    this.attributes[key] = value;
    return super.setAttribute(key, value);
  }

  override setAttributes(attributes: Attributes): this {
    Object.assign(this.attributes, attributes);
    return super.setAttributes(attributes);
  }

  override setStatus(status: SpanStatus): this {
    this.status = status;
    return super.setStatus(status);
  }
}
