// Colours of the trace tree: the sixteen of every terminal, so they follow the user's theme.

/** What a piece of text is; {@link Paint} knows how that looks. */
export type Tone =
  | "strong"
  | "faint"
  | "error"
  | "ok"
  | "LLM"
  | "CHAIN"
  | "AGENT"
  | "TOOL"
  | "RETRIEVER"
  | "RERANKER"
  | "EMBEDDING"
  | "GUARDRAIL"
  | "EVALUATOR"
  | "PROMPT";

/** Wraps a text in the escape sequences of its tone, or leaves it alone. */
export type Paint = (tone: Tone | undefined, text: string) => string;

/** Select Graphic Rendition codes, on and off. */
const SEQUENCES: Readonly<Record<Tone, readonly [number, number]>> = {
  strong: [1, 22],
  faint: [2, 22],
  error: [31, 39],
  ok: [32, 39],
  LLM: [33, 39],
  CHAIN: [34, 39],
  AGENT: [35, 39],
  TOOL: [32, 39],
  RETRIEVER: [36, 39],
  RERANKER: [96, 39],
  EMBEDDING: [96, 39],
  GUARDRAIL: [91, 39],
  EVALUATOR: [95, 39],
  PROMPT: [94, 39],
};

/** Paints with escape sequences. */
export const paintInColours: Paint = (tone, text) => {
  if (tone === undefined || text === "") return text;
  const [on, off] = SEQUENCES[tone];
  return `\u001B[${on}m${text}\u001B[${off}m`;
};

/** Paints nothing. */
export const paintNothing: Paint = (_tone, text) => text;

/** The tone of an OpenInference span kind. */
export function toneOfKind(kind: string): Tone | undefined {
  return KIND_TONES.find((tone) => tone === kind);
}

const KIND_TONES: readonly Tone[] = [
  "LLM",
  "CHAIN",
  "AGENT",
  "TOOL",
  "RETRIEVER",
  "RERANKER",
  "EMBEDDING",
  "GUARDRAIL",
  "EVALUATOR",
  "PROMPT",
];
