// The spans of a request that was made before, ready to be joined again: whole, in halves, or one cut short.
import type { EncodedSpan } from "./encode-span.ts";
import { encodedHeader } from "./join-request.ts";
import { contentsOf, fieldsOf, textIn } from "./protobuf-fields.ts";
import { slabOf } from "./slab.ts";

/** The fields `ExportTraceServiceRequest.resource_spans` and `ResourceSpans.scope_spans`, `ScopeSpans.spans`, `Span.name`. */
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SPANS = 2;
const SPAN_NAME = 5;

/**
 * Gives the spans of a request, in its memory, under the headers they had. Throws a `RangeError` at bytes that are no
 * request with at least one span.
 */
export function splitRequest(request: Buffer): EncodedSpan[] {
  const slab = slabOf(request);
  const spans: EncodedSpan[] = [];
  for (const resourceSpans of contentsOf(request, RESOURCE_SPANS)) {
    const resource = encodedHeader(othersOf(resourceSpans, SCOPE_SPANS)) as EncodedSpan["resource"];
    for (const scopeSpans of contentsOf(resourceSpans, SCOPE_SPANS)) {
      const scope = encodedHeader(othersOf(scopeSpans, SPANS)) as EncodedSpan["scope"];
      for (const { number, content, whole } of fieldsOf(scopeSpans)) {
        if (number !== SPANS || content === undefined) continue;
        const start = whole.byteOffset - request.byteOffset;
        spans.push({
          name: textIn(content, SPAN_NAME),
          byteLength: whole.byteLength,
          resource,
          scope,
          slab,
          start,
        });
      }
    }
  }
  if (spans.length === 0) throw new RangeError("no span");
  slab.users = spans.length;
  return spans;
}

/** A copy of all fields but those of one number: a request's memory is used again once its spans are settled. */
function othersOf(message: Uint8Array, number: number): Uint8Array {
  return Buffer.concat(
    Array.from(fieldsOf(message), (field) => (field.number === number ? new Uint8Array() : field.whole)),
  );
}
