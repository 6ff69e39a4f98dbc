// What leaves of a span: the type that encoder, exporters and every step in between take, and how a step changes it.
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { isWhole } from "./is-whole.ts";
import { wholeSpan } from "./whole-span.ts";

/**
 * A span that ended, with every part that OpenTelemetry 2.x gives it, each of which can be read. Mostly it is the live
 * span, which other processors and exporters hold too: it is read, never written to. A step that changes something gives
 * a new one, made by {@link changed}.
 */
export type OutgoingSpan = ReadableSpan;

/** What {@link changed} puts in place of what a span has. `undefined` for the parent makes it a root. */
export type SpanChanges = Partial<Omit<OutgoingSpan, "spanContext" | "parentSpanContext">> & {
  readonly parentSpanContext?: OutgoingSpan["parentSpanContext"] | undefined;
};

/** The words of OpenTelemetry 1.x, which its exporters read; they stay on a span that came with them. */
export interface LegacyWords {
  readonly instrumentationLibrary?: OutgoingSpan["instrumentationScope"];
  readonly parentSpanId?: string | undefined;
}

/**
 * Gives the span itself when it is whole, which allocates nothing. One of OpenTelemetry 1.x, one that lacks parts, or
 * whose values cannot be read (a getter, a proxy) comes back as a new, whole one: what cannot be read costs itself only.
 *
 * @throws only when the span context cannot be read: without ids it is no span.
 */
export function normalise(span: ReadableSpan): OutgoingSpan {
  try {
    if (isWhole(span)) return span;
  } catch {
    // Something in it cannot be read.
  }
  return wholeSpan(span);
}

/**
 * The span with `changes`, as a new object that has every part. The parts that are not changed are those of `span`: to
 * change one attribute, give new `attributes`.
 */
export function changed(span: OutgoingSpan, changes: SpanChanges): OutgoingSpan {
  return asItCame(span, Object.assign(new SpanCopy(span), changes));
}

/** The parts of a span that can hold content. */
export type SpanContent = Pick<OutgoingSpan, "attributes" | "events" | "links" | "status">;

/** As {@link changed}, for these parts: it runs for every span where something is hidden, at a tenth of the cost. */
export function withContent(span: OutgoingSpan, content: SpanContent): OutgoingSpan {
  const next = new SpanCopy(span);
  next.attributes = content.attributes;
  next.events = content.events;
  next.links = content.links;
  next.status = content.status;
  return asItCame(span, next);
}

const asItCame = (span: OutgoingSpan, next: SpanCopy): OutgoingSpan => {
  const isLegacy = (span as LegacyWords).instrumentationLibrary !== undefined;
  return (isLegacy ? withLegacyWords(next as OutgoingSpan) : next) as OutgoingSpan;
};

/** Every part of a span; always made the same way, so that it is fast to make and to read. */
class SpanCopy {
  name: OutgoingSpan["name"];
  kind: OutgoingSpan["kind"];
  spanContext: OutgoingSpan["spanContext"];
  parentSpanContext: OutgoingSpan["parentSpanContext"] | undefined;
  startTime: OutgoingSpan["startTime"];
  endTime: OutgoingSpan["endTime"];
  duration: OutgoingSpan["duration"];
  ended: OutgoingSpan["ended"];
  status: OutgoingSpan["status"];
  attributes: OutgoingSpan["attributes"];
  events: OutgoingSpan["events"];
  links: OutgoingSpan["links"];
  resource: OutgoingSpan["resource"];
  instrumentationScope: OutgoingSpan["instrumentationScope"];
  droppedAttributesCount: OutgoingSpan["droppedAttributesCount"];
  droppedEventsCount: OutgoingSpan["droppedEventsCount"];
  droppedLinksCount: OutgoingSpan["droppedLinksCount"];

  constructor(span: OutgoingSpan) {
    const context = span.spanContext();
    this.name = span.name;
    this.kind = span.kind;
    this.spanContext = () => context;
    this.parentSpanContext = span.parentSpanContext;
    this.startTime = span.startTime;
    this.endTime = span.endTime;
    this.duration = span.duration;
    this.ended = span.ended;
    this.status = span.status;
    this.attributes = span.attributes;
    this.events = span.events;
    this.links = span.links;
    this.resource = span.resource;
    this.instrumentationScope = span.instrumentationScope;
    this.droppedAttributesCount = span.droppedAttributesCount;
    this.droppedEventsCount = span.droppedEventsCount;
    this.droppedLinksCount = span.droppedLinksCount;
  }
}

/** Adds what OpenTelemetry 1.x calls the parent and the scope. */
function withLegacyWords<Span extends Pick<OutgoingSpan, "instrumentationScope"> & SpanChanges>(
  span: Span,
): Span & LegacyWords {
  return {
    ...span,
    instrumentationLibrary: span.instrumentationScope,
    parentSpanId: span.parentSpanContext?.spanId,
  };
}
