// Whether a span of another maker, which is active, tells of the call already: then ours stays off.
import { context, createContextKey, trace, type Attributes } from "@opentelemetry/api";
import type { SpanKindValue } from "../openinference/span-kind.ts";

/** A live span, as far as it can be read; OpenInference's instrumentations make one hold another. */
interface LiveSpan {
  readonly attributes?: Attributes;
  readonly instrumentationScope?: { readonly name?: string };
  readonly instrumentationLibrary?: { readonly name?: string };
  readonly span?: LiveSpan;
}

/** Scopes of ours, which `translation/` makes one call of. */
const OURS = /^phoenix-otel(\.|$)/;

const OPERATIONS: Readonly<Record<string, SpanKindValue>> = {
  chat: "LLM",
  text_completion: "LLM",
  generate_content: "LLM",
  embeddings: "EMBEDDING",
  rerank: "RERANKER",
};

/** Set by {@link runTold}. */
const TOLD = createContextKey("phoenix-otel told call");

/** Runs a call of which another maker's span tells that is not the active one. */
export function runTold<T>(run: () => T): T {
  return context.with(context.active().setValue(TOLD, true), run);
}

/** Whether another maker's span of a call of this kind is open: the active one, or that of {@link runTold}. */
export function isToldByOther(kind: SpanKindValue): boolean {
  if (kind === "LLM" && context.active().getValue(TOLD) === true) return true;
  const active = trace.getActiveSpan() as LiveSpan | undefined;
  const span = active?.attributes === undefined ? active?.span : active;
  if (span?.attributes === undefined) return false;
  const scope = span.instrumentationScope ?? span.instrumentationLibrary;
  return !OURS.test(scope?.name ?? "") && kindOf(span.attributes) === kind;
}

/** The kind of call that a span tells of, by the words of the makers. */
function kindOf(attributes: Attributes): unknown {
  const own = attributes["openinference.span.kind"];
  if (own !== undefined) return own;
  const operation = attributes["gen_ai.operation.name"];
  if (typeof operation === "string") return OPERATIONS[operation];
  if (attributes["genkit:metadata:subtype"] === "model" || "llm.request.type" in attributes) return "LLM";
  return attributes["genkit:metadata:subtype"] === "embedder" ? "EMBEDDING" : undefined;
}
