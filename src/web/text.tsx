// Text from spans on one line: names, ids, previews. It is never markup, and cannot disturb what stands beside it.
import type { JSX } from "preact";

/** Controls but the white space that text is laid out with; and what would make letters read backwards. */
const CONTROLS = /(?![\t\n\r])\p{Cc}|[\u202D\u202E]/gu;

/** The text with control characters as the symbols that Unicode has for them, `␀`, or as `�`. */
export function showControls(text: string): string {
  return text.replaceAll(CONTROLS, (control) => {
    const code = control.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\uFFFD";
  });
}

/** What leaves something to see, and to click on. */
const SEEN = /[^\s\p{Default_Ignorable_Code_Point}]/u;

/** A text on its own: marks of direction in it end where it ends. `otherwise` stands for one that cannot be seen. */
export function Line(props: { text: string; otherwise?: string; class?: string }): JSX.Element {
  const { text, otherwise = "", class: name } = props;
  return <bdi class={name}>{SEEN.test(text) ? showControls(text) : otherwise}</bdi>;
}

/** With more rows than this a browser lays out only those that are seen, and finds no text in the others. */
export const MANY = 200;

/** A span kind, coloured where it is one of OpenInference's. */
export function Kind({ kind }: { kind: string }): JSX.Element {
  return <bdi class={`kind ${kindClass(kind)}`}>{showControls(kind)}</bdi>;
}

/** The class that has the colour of a kind. */
export function kindClass(kind: string): string {
  return KINDS.has(kind) ? `kind-${kind.toLowerCase()}` : "kind-other";
}

const KINDS: ReadonlySet<string> = new Set([
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
]);
