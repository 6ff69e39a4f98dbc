// A span as a test reads it, made from what leaves of it.
import { type AttributeValue, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import type { OutgoingSpan } from "../spans/outgoing-span.ts";

/** How a span ended. */
export type SpanStatusName = "OK" | "ERROR" | "UNSET";

/** An event of a span: an exception, and whatever the program added. */
export interface CapturedEvent {
  readonly name: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** A span that ended, with what it is made of and the spans that it is the parent of. */
export interface CapturedSpan {
  readonly name: string;
  /** OpenInference's kind (`LLM`, `TOOL` …), else OpenTelemetry's (`CLIENT`, `SERVER` …), `SPAN` for an internal one. */
  readonly kind: string;
  readonly status: SpanStatusName;
  /** By the flat keys that Phoenix gets, such as `llm.input_messages.0.message.content`. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly events: readonly CapturedEvent[];
  /** In the order in which they started. */
  readonly children: readonly CapturedSpan[];
}

/** Everything but the children, which may still come. */
export type SpanFacts = Omit<CapturedSpan, "children">;

/** Reads what leaves of a span. */
export function spanFacts(span: OutgoingSpan): SpanFacts {
  const attributes = present(span.attributes);
  const kind = attributes[SemanticConventions.OPENINFERENCE_SPAN_KIND];
  return {
    name: span.name,
    kind: typeof kind === "string" ? kind : kindName(span.kind),
    status: SpanStatusCode[span.status.code] as SpanStatusName,
    attributes,
    events: span.events.map((event) => ({ name: event.name, attributes: present(event.attributes ?? {}) })),
  };
}

const kindName = (kind: SpanKind): string => (kind === SpanKind.INTERNAL ? "SPAN" : SpanKind[kind]);

function present(attributes: OutgoingSpan["attributes"]): Record<string, AttributeValue> {
  const all: Record<string, AttributeValue> = {};
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) all[key] = value;
  return all;
}
