// What a vocabulary has to say: the kind of a span of its own, and a row for every key it knows.
import type { Attributes } from "@opentelemetry/api";
import type { OutgoingSpan } from "../spans/outgoing-span.ts";
import type { SpanKindValue } from "../openinference/span-kind.ts";
import type { SpanDraft } from "./span-draft.ts";

/** What a vocabulary may look at beside its keys. */
export interface ForeignSpan {
  readonly span: OutgoingSpan;
  readonly attributes: Attributes;
  /** Whether a span of the same operation started inside: it is the outer one of two. */
  readonly isOuter: boolean;
}

/**
 * Reads one value into the draft. `rest` is what of the key the row's `*` stands for. Gives whether the value is in the
 * draft as a whole, or of no use beside it: the attribute does not leave then. A value that cannot be read stays.
 */
export type RowReader = (draft: SpanDraft, value: unknown, rest: string) => boolean;

/** A source key, which may end in `*`, and its reader. Rows are read in their order: the first that finds something wins. */
export type Row = readonly [key: string, read: RowReader];

/** One maker's words for AI spans. */
export interface Vocabulary {
  /** The kind of a span, `undefined` where this vocabulary does not say. */
  kind(foreign: ForeignSpan): SpanKindValue | undefined;
  readonly rows: readonly Row[];
  /** What needs more than one key, and the span's events. Gives whether an event is in the draft and need not leave. */
  readonly readEvent?: (draft: SpanDraft, name: string, attributes: Attributes) => boolean;
  /** After all rows. */
  readonly finish?: (draft: SpanDraft, foreign: ForeignSpan) => void;
}
