// Which spans this process started, by their ids: a context may have gone through a header or a hand, and the flag on it says
// what whoever made it thought.
import type { SpanContext } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { processSlot } from "../process-slot.ts";

/** Of the newest so many spans something is known. */
const MAX_KNOWN = 10_000;

type Ids = Pick<SpanContext, "traceId" | "spanId">;

/** Shared by every loaded copy. The value is the project that was named for a span. */
const known = processSlot("started-spans", 1, () => new Map<string, string | undefined>());

const keyOf = ({ traceId, spanId }: Ids): string => traceId + spanId;

/** Takes note of a span that starts; `project` is what was named for it. */
export function noteStarted(span: Ids, project?: string): void {
  if (known.size >= MAX_KNOWN) {
    for (const oldest of known.keys()) {
      known.delete(oldest);
      break;
    }
  }
  known.set(keyOf(span), project);
}

/** Whether this process started a span, as far as it was noted and is remembered. */
export const wasStartedHere = (span: Ids): boolean => known.has(keyOf(span));

/** The project that was named for a span of this process. */
export const projectOfStarted = (span: Ids): string | undefined => known.get(keyOf(span));

/** Whether a span has no parent that this process started. Of an OpenTelemetry 1.x span only the parent's id is known. */
export function isRootHere(span: ReadableSpan & { readonly parentSpanId?: string }): boolean {
  const spanId = span.parentSpanContext?.spanId ?? span.parentSpanId;
  return spanId === undefined || !wasStartedHere({ traceId: span.spanContext().traceId, spanId });
}
