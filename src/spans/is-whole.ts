// Whether a span that came from anywhere has all its parts, in the types that OpenTelemetry 2.x gives them.
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import type { LegacyWords, OutgoingSpan } from "./outgoing-span.ts";
import { isReadable, isRecord } from "./readable-value.ts";

/** A span as it may come: nothing about it is sure. */
export type Unsure<T> = { readonly [Key in keyof T]?: unknown };

/** Whether encoder and exporters find all they read. Throws where something cannot be read; allocates nothing. */
export function isWhole(span: Unsure<ReadableSpan & LegacyWords>): boolean {
  const { parentSpanContext: parent, resource, events, links } = span;
  return (
    typeof span.name === "string" &&
    typeof span.kind === "number" &&
    isTime(span.startTime) &&
    isTime(span.endTime) &&
    isTime(span.duration) &&
    typeof span.ended === "boolean" &&
    typeof span.droppedAttributesCount === "number" &&
    typeof span.droppedEventsCount === "number" &&
    typeof span.droppedLinksCount === "number" &&
    isStatus(span.status) &&
    isScope(span.instrumentationScope) &&
    typeof resource === "object" &&
    resource !== null &&
    isContext((span as ReadableSpan).spanContext()) &&
    (parent === undefined ? !span.parentSpanId : isContext(parent)) &&
    isAttributes(span.attributes) &&
    Array.isArray(events) &&
    events.every(isEvent) &&
    Array.isArray(links) &&
    links.every(isLink)
  );
}

/** Whether this is a time of two numbers, seconds and nanoseconds. */
export function isTime(time: unknown): time is OutgoingSpan["startTime"] {
  return Array.isArray(time) && Number.isFinite(time[0]) && Number.isFinite(time[1]);
}

/** Whether this is a span context whose trace state, if it has one, can be written. */
export function isContext(context: unknown): context is ReturnType<OutgoingSpan["spanContext"]> {
  if (typeof context !== "object" || context === null) return false;
  const { traceId, spanId, traceFlags, traceState } = context as Unsure<
    ReturnType<OutgoingSpan["spanContext"]>
  >;
  return (
    typeof traceId === "string" &&
    typeof spanId === "string" &&
    typeof traceFlags === "number" &&
    (traceState === undefined || typeof (traceState as TraceState).serialize() === "string")
  );
}

type TraceState = NonNullable<ReturnType<OutgoingSpan["spanContext"]>["traceState"]>;

/** Whether this is a status, with or without a message. */
export function isStatus(status: unknown): status is OutgoingSpan["status"] {
  if (typeof status !== "object" || status === null) return false;
  const { code, message } = status as Unsure<OutgoingSpan["status"]>;
  return typeof code === "number" && (message === undefined || typeof message === "string");
}

/** Whether a scope has a name, and a version and a schema that can be written. */
export function isScope(scope: unknown): scope is OutgoingSpan["instrumentationScope"] {
  if (typeof scope !== "object" || scope === null) return false;
  const { name, version, schemaUrl } = scope as Unsure<OutgoingSpan["instrumentationScope"]>;
  return typeof name === "string" && isTextOrNone(version) && isTextOrNone(schemaUrl);
}

const isTextOrNone = (value: unknown): boolean => value === undefined || typeof value === "string";

const isAttributes = (attributes: unknown): boolean => isRecord(attributes) && isReadable(attributes);

const isCountOrNone = (count: unknown): boolean => count === undefined || typeof count === "number";

/** Whether an event has all its parts. */
export function isEvent(event: unknown): event is OutgoingSpan["events"][number] {
  if (typeof event !== "object" || event === null) return false;
  const { name, time, attributes, droppedAttributesCount } = event as Unsure<OutgoingSpan["events"][number]>;
  return (
    typeof name === "string" &&
    isTime(time) &&
    (attributes === undefined || isAttributes(attributes)) &&
    isCountOrNone(droppedAttributesCount)
  );
}

/** Whether a link has all its parts. */
export function isLink(link: unknown): link is OutgoingSpan["links"][number] {
  if (typeof link !== "object" || link === null) return false;
  const { context, attributes, droppedAttributesCount } = link as Unsure<OutgoingSpan["links"][number]>;
  return (
    isContext(context) &&
    (attributes === undefined || isAttributes(attributes)) &&
    isCountOrNone(droppedAttributesCount)
  );
}
