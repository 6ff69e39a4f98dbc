// Tags are a list of strings in the specification; @arizeai/openinference-core writes them as JSON text.
import { changed, type OutgoingSpan } from "./outgoing-span.ts";

const TAGS = "tag.tags";

/** Gives a span whose tags are a text with a list instead, whoever wrote them. */
export function withTagList(span: OutgoingSpan): OutgoingSpan {
  const tags = span.attributes[TAGS];
  if (typeof tags !== "string") return span;
  return changed(span, { attributes: { ...span.attributes, [TAGS]: listOf(tags) } });
}

function listOf(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.filter((tag) => typeof tag === "string");
  } catch {
    // A text that is no list is a tag.
  }
  return [text];
}
