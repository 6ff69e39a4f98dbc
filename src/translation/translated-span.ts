// A span in the words of one or more vocabularies, in those of OpenInference.
import { SpanStatusCode, type Attributes, type SpanStatus } from "@opentelemetry/api";
import { SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import { listName } from "../openinference/numbered-list.ts";
import { SPAN_KINDS, type SpanKindValue } from "../openinference/span-kind.ts";
import { changed, type OutgoingSpan } from "../spans/outgoing-span.ts";
import { draftAttributes } from "./draft-attributes.ts";
import { genAi } from "./gen-ai.ts";
import type { VocabularyName } from "./prefixes.ts";
import { inheritedBy, isOuter } from "./relatives.ts";
import { withoutSecretHeaders } from "./request-headers.ts";
import { createSpanDraft, type SpanDraft } from "./span-draft.ts";
import { VOCABULARIES } from "./vocabularies.ts";
import type { ForeignSpan, Vocabulary } from "./vocabulary.ts";

const KINDS: ReadonlySet<unknown> = new Set(Object.values(SPAN_KINDS));
const KIND = SemanticConventions.OPENINFERENCE_SPAN_KIND;

/** Translates a span that is written in these vocabularies. */
export function translatedSpan(
  span: OutgoingSpan,
  names: readonly VocabularyName[],
  maxValueLength: number,
): OutgoingSpan {
  const vocabularies = names.map((name) => VOCABULARIES[name]);
  const attributes = withoutSecretHeaders(span.attributes);
  const foreign: ForeignSpan = { span, attributes, isOuter: isOuter(span) };
  const draft = createSpanDraft(kindOf(foreign, vocabularies), span.parentSpanContext === undefined);
  // The conventions' own words first: they win over a maker's.
  const inOrder = vocabularies.toSorted((a, b) => Number(b === genAi) - Number(a === genAi));
  const events = span.events.filter((event) => {
    const eventAttributes = event.attributes ?? {};
    return !inOrder.some((each) => guarded(() => each.readEvent?.(draft, event.name, eventAttributes)));
  });
  for (const vocabulary of inOrder) readRows(draft, vocabulary, attributes);
  const isFinished = inOrder.every((each) => guarded(() => (each.finish?.(draft, foreign), true)) === true);
  // What was read may not be in the draft then: the words it was read from stay.
  if (!isFinished) Object.assign(attributes, withoutSecretHeaders(span.attributes));
  const found = { ...inheritedBy(span), ...draftAttributes(draft, maxValueLength) };
  return changed(span, {
    ...(draft.name !== undefined && { name: draft.name }),
    attributes: merged(found, attributes),
    events,
    status: statusOf(span, draft),
  });
}

/** A span that has a kind keeps it. */
function kindOf(foreign: ForeignSpan, vocabularies: readonly Vocabulary[]): SpanKindValue | undefined {
  const own = foreign.attributes[KIND];
  if (KINDS.has(own)) return own as SpanKindValue;
  for (const vocabulary of vocabularies) {
    const kind = vocabulary.kind(foreign);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

/** Reads each row whose key is there, and takes out of `attributes` what the draft has whole. */
function readRows(draft: SpanDraft, { rows }: Vocabulary, attributes: Attributes): void {
  for (const [key, read] of rows) {
    if (!key.endsWith("*")) {
      if (key in attributes && guarded(() => read(draft, attributes[key], "")) === true)
        delete attributes[key];
      continue;
    }
    const prefix = key.slice(0, -1);
    for (const each of Object.keys(attributes)) {
      if (!each.startsWith(prefix)) continue;
      const rest = each.slice(prefix.length);
      if (guarded(() => read(draft, attributes[each], rest)) === true) delete attributes[each];
    }
  }
}

/** What the span has in OpenInference's words wins; of a list, as a whole. */
function merged(found: Attributes, own: Attributes): Attributes {
  const lists = new Set(Object.keys(own).map(listName));
  const kept = Object.entries(found).filter(([key]) => {
    const list = listName(key);
    return list === undefined || !lists.has(list);
  });
  return { ...Object.fromEntries(kept), ...own };
}

/** A status that was set stays. A span of an AI call that says nothing of a failure went well. */
function statusOf(span: OutgoingSpan, draft: SpanDraft): SpanStatus {
  if (span.status.code !== SpanStatusCode.UNSET || draft.kind === undefined) return span.status;
  const exception = span.events.find(({ name }) => name === "exception");
  const message = exception === undefined ? draft.failure : exception.attributes?.["exception.message"];
  if (exception === undefined && draft.failure === undefined) return { code: SpanStatusCode.OK };
  return {
    code: SpanStatusCode.ERROR,
    ...(typeof message === "string" && { message }),
  };
}

/** A hostile value costs itself: a getter that throws, a list that is none. */
function guarded<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
