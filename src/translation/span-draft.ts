// What a foreign span turns out to be, gathered row by row, in the words of the wrappers.
import type { Attributes } from "@opentelemetry/api";
import type {
  LlmContent,
  LlmDescription,
  LlmMessage,
  LlmTokenCount,
} from "../openinference/llm/llm-description.ts";
import type { SpanKindValue } from "../openinference/span-kind.ts";

/** A value with its mime type; JSON text is kept as it came. */
export interface DraftValue {
  readonly text: string;
  readonly isJson: boolean;
}

/** One document of a retriever or a reranker. */
export interface DraftDocument {
  readonly id?: string | undefined;
  readonly content?: string | undefined;
  readonly score?: number | undefined;
  readonly metadata?: unknown;
}

/** A value by its name, or further parts by theirs. */
export interface IndexedPart {
  [name: string]: unknown;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The span as far as its rows were read. A row leaves alone what a row before it has found. */
export interface SpanDraft {
  /** Decided before the rows are read. */
  readonly kind: SpanKindValue | undefined;
  readonly isRoot: boolean;
  name: string | undefined;
  input: DraftValue | undefined;
  output: DraftValue | undefined;
  /** Written on LLM spans alone, but for the token counts of an EMBEDDING. */
  readonly llm: Writable<LlmDescription>;
  readonly tokens: Writable<LlmTokenCount>;
  readonly inputMessages: LlmMessage[];
  readonly outputMessages: LlmMessage[];
  /** Of the model; written on LLM spans alone. */
  readonly parameters: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly embeddings: { text?: string | undefined; vector?: readonly number[] | undefined }[];
  readonly inputDocuments: DraftDocument[];
  readonly outputDocuments: DraftDocument[];
  /** What is an OpenInference attribute by itself: `tool.id`, `session.id`, `agent.name` … */
  readonly attributes: Attributes;
  /** The parts of an answer that stand in attributes of their own. */
  readonly answer: { reasoning?: string; text?: string; object?: string; calls?: LlmContent[] };
  /** Messages and tools that come as an attribute for every part of theirs, by number and name. */
  readonly indexed: {
    readonly prompt: IndexedPart;
    readonly completion: IndexedPart;
    readonly functions: IndexedPart;
  };
  /** Whether the span says by other means than its status that it failed, and how. */
  failure: string | undefined;
}

/** An object for names that others choose: `__proto__` is a name like any other. */
export const bare = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

/** A draft in which nothing was found yet. */
export function createSpanDraft(kind: SpanKindValue | undefined, isRoot: boolean): SpanDraft {
  return {
    kind,
    isRoot,
    name: undefined,
    input: undefined,
    output: undefined,
    llm: {},
    tokens: {},
    inputMessages: [],
    outputMessages: [],
    parameters: bare(),
    metadata: bare(),
    embeddings: [],
    inputDocuments: [],
    outputDocuments: [],
    attributes: {},
    answer: {},
    indexed: { prompt: bare(), completion: bare(), functions: bare() },
    failure: undefined,
  };
}
