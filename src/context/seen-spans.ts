// Whether a processor of this package sees a span: what the wrappers record on one that none sees, they mask themselves.
import type { Span } from "@opentelemetry/api";
import { processSlot } from "../process-slot.ts";

/** The id of the span that started last under a processor of ours: the span itself is not kept. Shared by every loaded copy. */
const last = processSlot("seen-span", 2, (): { seen: string | undefined } => ({ seen: undefined }));

/** Takes note of a span that starts, while it starts. */
export function noteSeen(span: Pick<Span, "spanContext">): void {
  last.seen = span.spanContext().spanId;
}

/** Whether the span that was started just now is one that a processor of ours sees. */
export function isSeen(span: Pick<Span, "spanContext">): boolean {
  return last.seen === span.spanContext().spanId;
}
