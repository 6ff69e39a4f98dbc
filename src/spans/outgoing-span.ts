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
 * The span with `changes`, as a new plain object that has every part. The parts that are not changed are those of
 * `span`: to change one attribute, give new `attributes`.
 */
export function changed(span: OutgoingSpan, changes: SpanChanges): OutgoingSpan {
  const context = span.spanContext();
  const next = {
    name: span.name,
    kind: span.kind,
    spanContext: () => context,
    parentSpanContext: span.parentSpanContext,
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: span.status,
    attributes: span.attributes,
    events: span.events,
    links: span.links,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
    ...changes,
  };
  const isLegacy = (span as LegacyWords).instrumentationLibrary !== undefined;
  return (isLegacy ? withLegacyWords(next) : next) as OutgoingSpan;
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
