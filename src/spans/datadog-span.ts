// A span of Datadog's bridge to OpenTelemetry: what it recorded is in Datadog's own span, in Datadog's words.
import { type Attributes, SpanStatusCode } from "@opentelemetry/api";
import { isRecord, read } from "./readable-value.ts";

/** What a span of the bridge lacks of OpenTelemetry's. */
export interface DatadogWords {
  readonly attributes: Attributes;
  readonly status: { readonly code: SpanStatusCode; readonly message?: string };
  readonly events: readonly { readonly name: string; readonly time: unknown; readonly attributes: unknown }[];
}

/** Tags that Datadog puts on every span beside what the program recorded. */
const OF_DATADOG =
  /^(?:_dd\.|error$|error\.|(?:service|version|env|runtime-id|language|process_id|resource\.name|service\.name|span\.kind)$)/;

/** The words of a span of Datadog's bridge; `undefined` for any other span. */
export function datadogWords(live: object): DatadogWords | undefined {
  const inner = read(() => (live as { readonly _ddSpan?: unknown })._ddSpan);
  if (!isRecord(inner)) return undefined;
  const tags = read(() => tagsOf(inner)) ?? {};
  return {
    attributes: Object.fromEntries(
      Object.entries(tags).filter(([key]) => !OF_DATADOG.test(key)),
    ) as Attributes,
    status: statusOf(tags),
    events: read(() => eventsOf(inner)) ?? [],
  };
}

function tagsOf(inner: Record<string, unknown>): Record<string, unknown> {
  const context = (inner as { context(): { getTags?(): object; _tags?: object } }).context();
  return { ...(context.getTags?.() ?? context._tags) };
}

function statusOf(tags: Record<string, unknown>): DatadogWords["status"] {
  const { "error.message": message, "error.type": type, error } = tags;
  if (message === undefined && type === undefined && !error) return { code: SpanStatusCode.UNSET };
  return { code: SpanStatusCode.ERROR, ...(typeof message === "string" && { message }) };
}

/** Datadog names the event of an exception after its class. */
function eventsOf(inner: Record<string, unknown>): DatadogWords["events"] {
  const events = inner["_events"];
  if (!Array.isArray(events)) return [];
  return events.filter(isRecord).map(({ name, startTime, attributes }) => {
    const isException = isRecord(attributes) && "exception.message" in attributes;
    return {
      name: isException ? "exception" : String(name),
      time: typeof startTime === "number" ? timeOfMillis(startTime) : undefined,
      attributes: isException ? { "exception.type": name, ...attributes } : attributes,
    };
  });
}

/** OpenTelemetry's time of a moment in milliseconds. */
export function timeOfMillis(millis: number): [seconds: number, nanos: number] {
  const seconds = Math.trunc(millis / 1000);
  return [seconds, Math.round((millis - seconds * 1000) * 1e6)];
}
