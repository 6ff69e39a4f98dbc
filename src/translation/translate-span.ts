// An AI span of any maker as an OpenInference span. Never throws: what cannot be read stays as it came.
import { llmAttributes } from "../openinference/llm/llm-attributes.ts";
import { LaterPart } from "../parts.ts";
import { changed, type OutgoingSpan } from "../spans/outgoing-span.ts";
import { isOwnScope } from "./one-call.ts";
import { recognise } from "./recognise.ts";
import { inheritedBy } from "./relatives.ts";
import { withoutSecretHeaders } from "./request-headers.ts";
import { translatedSpan } from "./translated-span.ts";

/** Both are needed: what a span says is read and written by the vocabulary. */
const part = new LaterPart(
  () => ({ translatedSpan, llmAttributes }),
  "Spans of other makers leave untranslated",
);

/**
 * Translates a span; gives the very span where it is nobody's vocabulary. `maxValueLength` is how many characters are kept
 * of one translated value.
 */
export function translateSpan(span: OutgoingSpan, maxValueLength: number): OutgoingSpan {
  try {
    const inherited = inheritedBy(span);
    // Spans of our wrappers and clients are OpenInference's from the start: no look at their keys.
    const isOwn = isOwnScope(span.instrumentationScope.name);
    if (isOwn && inherited === undefined) return span;
    const { vocabularies, hasSecretHeaders } = recognise(span.attributes);
    const known =
      span.events.length > 0 && hasMessageEvents(span)
        ? [...new Set([...vocabularies, "genAiIndexed" as const, "genAi" as const])]
        : vocabularies;
    const translation = known.length > 0 ? part.get() : undefined;
    if (translation !== undefined) return translation.translatedSpan(span, known, maxValueLength);
    if (inherited === undefined && !hasSecretHeaders) return span;
    return changed(span, { attributes: { ...inherited, ...withoutSecretHeaders(span.attributes) } });
  } catch {
    try {
      return withoutCredentials(span);
    } catch {
      return span;
    }
  }
}

/** The span without the credentials of recorded requests: what is left of a translation that is switched off. */
export function withoutCredentials(span: OutgoingSpan): OutgoingSpan {
  return recognise(span.attributes).hasSecretHeaders
    ? changed(span, { attributes: withoutSecretHeaders(span.attributes) })
    : span;
}

const hasMessageEvents = ({ events }: OutgoingSpan): boolean =>
  events.some(({ name }) => name.startsWith("gen_ai."));
