// A whole span made of one that is not: of OpenTelemetry 1.x, of somebody else's making, or with parts that cannot be read.
import type { HrTime, SpanContext } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { datadogWords, timeOfMillis } from "./datadog-span.ts";
import { isContext, isEvent, isLink, isScope, isStatus, isTime, type Unsure } from "./is-whole.ts";
import type { LegacyWords, OutgoingSpan } from "./outgoing-span.ts";
import { isRecord, read, readable, readableRecord } from "./readable-value.ts";

type Scope = OutgoingSpan["instrumentationScope"];
type Event = OutgoingSpan["events"][number];
type Link = OutgoingSpan["links"][number];

/** What has no name, or none that can be read, is called. */
const NAMELESS = "unknown";

/** Requests are grouped by the identity of scope and resource: those that lack one share one. */
const NO_SCOPE: Scope = Object.freeze({ name: "" });
const NO_RESOURCE = Object.freeze({ attributes: Object.freeze({}) }) as unknown as OutgoingSpan["resource"];
const mended = new WeakMap<object, Scope>();

/**
 * Makes the span that {@link normalise} gives for one that is not whole. A lacking or unreadable part becomes what
 * OpenTelemetry has where nothing was set; of two times one stands for the other.
 *
 * @throws when the span context cannot be read.
 */
export function wholeSpan(live: ReadableSpan): OutgoingSpan {
  const span = live as Unsure<ReadableSpan & LegacyWords>;
  const context = contextOf(live.spanContext());
  if (context === undefined) throw new TypeError("it has no span context");
  const library = read(() => span.instrumentationLibrary);
  const scope = scopeOf(read(() => span.instrumentationScope) ?? library);
  const parent = parentOf(span, context);
  const resource = read(() => span.resource);
  const datadog = datadogWords(live);
  const endedAt = timeOf(() => span.endTime);
  const startTime = timeOf(() => span.startTime) ?? endedAt ?? now();
  const endTime =
    endedAt ??
    endAfter(
      startTime,
      read(() => span.duration),
    );
  const ended = read(() => span.ended);
  return {
    name: textOf(span, "name") ?? NAMELESS,
    kind: numberOf(span, "kind"),
    spanContext: () => context,
    ...(parent && { parentSpanContext: parent }),
    startTime,
    endTime,
    duration: timeOf(() => span.duration) ?? between(startTime, endTime),
    ended: typeof ended === "boolean" ? ended : true,
    status: statusOf(read(() => span.status) ?? datadog?.status),
    attributes: readableRecord(read(() => span.attributes) ?? datadog?.attributes),
    events: itemsOf(read(() => span.events) ?? datadog?.events).map((event) => eventOf(event, startTime)),
    links: itemsOf(read(() => span.links)).flatMap(linkOf),
    resource: isRecord(resource) ? (resource as unknown as OutgoingSpan["resource"]) : NO_RESOURCE,
    instrumentationScope: scope,
    droppedAttributesCount: numberOf(span, "droppedAttributesCount"),
    droppedEventsCount: numberOf(span, "droppedEventsCount"),
    droppedLinksCount: numberOf(span, "droppedLinksCount"),
    ...(library !== undefined && { instrumentationLibrary: scope, parentSpanId: parent?.spanId }),
  };
}

/** The context, without a trace state that cannot be written; `undefined` when it names no span. */
function contextOf(context: unknown): SpanContext | undefined {
  if (passes(isContext, context)) return context;
  const traceId = textOf(context, "traceId");
  const spanId = textOf(context, "spanId");
  if (traceId === undefined || spanId === undefined) return undefined;
  const isRemote = read(() => (context as SpanContext).isRemote);
  return {
    traceId,
    spanId,
    traceFlags: numberOf(context, "traceFlags"),
    ...(typeof isRemote === "boolean" && { isRemote }),
  };
}

/** OpenTelemetry 1.x tells only the parent's id. */
function parentOf(
  span: Unsure<ReadableSpan & LegacyWords>,
  { traceId, traceFlags }: SpanContext,
): SpanContext | undefined {
  const parent = contextOf(read(() => span.parentSpanContext));
  if (parent !== undefined) return parent;
  const spanId = textOf(span, "parentSpanId");
  return spanId ? { traceId, spanId, traceFlags } : undefined;
}

function scopeOf(scope: unknown): Scope {
  if (passes(isScope, scope)) return scope;
  if (!isRecord(scope)) return NO_SCOPE;
  let whole = mended.get(scope);
  if (whole === undefined) {
    const version = textOf(scope, "version");
    const schemaUrl = textOf(scope, "schemaUrl");
    whole = {
      name: textOf(scope, "name") ?? "",
      ...(version !== undefined && { version }),
      ...(schemaUrl !== undefined && { schemaUrl }),
    };
    mended.set(scope, whole);
  }
  return whole;
}

function statusOf(status: unknown): OutgoingSpan["status"] {
  if (passes(isStatus, status)) return status;
  const message = textOf(status, "message");
  return { code: numberOf(status, "code"), ...(message !== undefined && { message }) };
}

function eventOf(event: unknown, startTime: HrTime): Event {
  if (passes(isEvent, event)) return event;
  return {
    name: textOf(event, "name") ?? NAMELESS,
    time: timeOf(() => (event as Event).time) ?? startTime,
    attributes: readableRecord(read(() => (event as Event).attributes)),
    droppedAttributesCount: numberOf(event, "droppedAttributesCount"),
  };
}

/** A link that leads nowhere is none. */
function linkOf(link: unknown): Link[] {
  if (passes(isLink, link)) return [link];
  const context = contextOf(read(() => (link as Link).context));
  if (context === undefined) return [];
  return [
    {
      context,
      attributes: readableRecord(read(() => (link as Link).attributes)),
      droppedAttributesCount: numberOf(link, "droppedAttributesCount"),
    },
  ];
}

/** The items that can be read of what should be a list, none of them nothing. */
function itemsOf(list: unknown): unknown[] {
  const length = read(() => (Array.isArray(list) ? list.length : 0)) ?? 0;
  const items = Array.from({ length }, (_, index) => read(() => (list as unknown[])[index]));
  return items.filter((item) => typeof item === "object" && item !== null);
}

/** Whether the check holds: not for what it cannot read. */
function passes<T>(check: (value: unknown) => value is T, value: unknown): value is T {
  return read(() => check(value)) === true;
}

function timeOf(get: () => unknown): HrTime | undefined {
  const time = readable(read(get));
  return isTime(time) ? time : undefined;
}

function numberOf(owner: unknown, key: string): number {
  const value = read(() => (owner as Record<string, unknown>)[key]);
  return typeof value === "number" ? value : 0;
}

/** Text under a key, also of something that only has a text form. */
function textOf(owner: unknown, key: string): string | undefined {
  const text = read(() => (owner as Record<string, { toString(): unknown }>)[key]?.toString());
  return typeof text === "string" ? text : undefined;
}

const now = (): HrTime => timeOfMillis(Date.now());

/** Datadog tells no end, but milliseconds that it took. */
function endAfter(start: HrTime, millis: unknown): HrTime {
  if (typeof millis !== "number" || !(millis > 0) || millis === Infinity) return start;
  const [seconds, nanos] = timeOfMillis(millis);
  const sum = start[1] + nanos;
  return [start[0] + seconds + Math.trunc(sum / 1e9), sum % 1e9];
}

function between([startSeconds, startNanos]: HrTime, [endSeconds, endNanos]: HrTime): HrTime {
  const nanos = (endSeconds - startSeconds) * 1e9 + (endNanos - startNanos);
  return nanos <= 0 ? [0, 0] : [Math.trunc(nanos / 1e9), nanos % 1e9];
}
