// What each setting does to which content: one row a setting.
import type { HideSetting } from "../config/masking-settings.ts";
import { REDACTED_VALUE } from "../config/redacted-value.ts";
import type { Content } from "./content.ts";

/** Stands in a span where a value was hidden. */
export const REDACTED: string = REDACTED_VALUE;

/** One setting's row. */
export interface MaskingRow {
  /** Replaced by {@link REDACTED}. */
  readonly redacts?: readonly Content[];
  /** Left out with its key. */
  readonly omits?: readonly Content[];
  /** Replaced where the span has messages, which this value repeats. */
  readonly redactsBesideMessages?: readonly Content[];
  /** Kept without the base64 images in it. */
  readonly losesImages?: readonly Content[];
  /** Kept without these parts, where it is the JSON of a request to a model, or of its answer. */
  readonly losesParts?: Readonly<Partial<Record<Content, RequestPart>>>;
}

/** A part of a request to a model, or of its answer. */
export type RequestPart = "tools" | "parameters" | "prompts" | "choices";

const INPUT_MESSAGES = [
  "inputMessageText",
  "inputMessageImage",
  "inputMessages",
  "inputMessagesJson",
  "promptMessages",
] as const satisfies Content[];
const OUTPUT_MESSAGES = [
  "outputMessageText",
  "outputMessages",
  "outputMessagesJson",
] as const satisfies Content[];

/** The table of `docs/masking.md`. */
export const MASKING_ROWS: Readonly<Record<HideSetting, MaskingRow>> = {
  hideInputs: {
    redacts: ["inputValue"],
    omits: [
      "inputMimeType",
      "inputImages",
      ...INPUT_MESSAGES,
      "tools",
      "prompts",
      "promptVariables",
      "toolParameters",
      "queries",
      "embeddingText",
    ],
  },
  hideOutputs: {
    redacts: ["outputValue", "exceptionText", "statusMessage"],
    omits: [
      "outputMimeType",
      "outputImages",
      ...OUTPUT_MESSAGES,
      "choices",
      "functionCall",
      "documents",
      "rerankedDocuments",
    ],
  },
  hideInputMessages: { omits: INPUT_MESSAGES, redactsBesideMessages: ["inputValue"] },
  hideOutputMessages: { omits: OUTPUT_MESSAGES, redactsBesideMessages: ["outputValue"] },
  hideInputText: {
    redacts: ["inputMessageText", "inputMessagesJson", "promptMessages"],
    redactsBesideMessages: ["inputValue"],
  },
  hideOutputText: {
    redacts: ["outputMessageText", "outputMessagesJson"],
    redactsBesideMessages: ["outputValue"],
  },
  hideInputImages: {
    omits: ["inputMessageImage", "inputImages"],
    losesImages: ["inputValue", "inputMessagesJson"],
  },
  hideLLMInvocationParameters: {
    omits: ["invocationParameters"],
    losesParts: { inputValue: "parameters" },
  },
  hideLLMTools: { omits: ["tools"], losesParts: { inputValue: "tools" } },
  hidePrompts: { omits: ["prompts", "promptMessages"], losesParts: { inputValue: "prompts" } },
  hideChoices: { omits: ["choices"], losesParts: { outputValue: "choices" } },
  hideEmbeddingsVectors: { redacts: ["embeddingVector"] },
  hideEmbeddingsText: { redacts: ["embeddingText"] },
};

/** What becomes of one content under the settings that are on. */
export interface Treatment {
  readonly omit: boolean;
  readonly redact: boolean;
  readonly redactBesideMessages: boolean;
  readonly loseImages: boolean;
  readonly loseParts: readonly RequestPart[];
}

/** Adds up the rows of the settings that are on; content that no row names is not in it. */
export function treatments(settings: readonly HideSetting[]): ReadonlyMap<Content, Treatment> {
  const sum = new Map<Content, Treatment>();
  const add = (content: Content, change: (before: Treatment) => Partial<Treatment>): void => {
    const before = sum.get(content) ?? UNTREATED;
    sum.set(content, { ...before, ...change(before) });
  };
  for (const setting of settings) {
    const row = MASKING_ROWS[setting];
    for (const content of row.omits ?? []) add(content, () => ({ omit: true }));
    for (const content of row.redacts ?? []) add(content, () => ({ redact: true }));
    for (const content of row.redactsBesideMessages ?? [])
      add(content, () => ({ redactBesideMessages: true }));
    for (const content of row.losesImages ?? []) add(content, () => ({ loseImages: true }));
    for (const [content, part] of Object.entries(row.losesParts ?? {}) as [Content, RequestPart][]) {
      add(content, ({ loseParts }) => ({ loseParts: [...loseParts, part] }));
    }
  }
  return sum;
}

/** The treatment of what no rule hides. */
export const UNTREATED: Treatment = {
  omit: false,
  redact: false,
  redactBesideMessages: false,
  loseImages: false,
  loseParts: [],
};
