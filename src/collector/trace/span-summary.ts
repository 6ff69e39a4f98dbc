// What is told of a span, read from its OpenInference attributes.
import {
  DOCUMENT_CONTENT,
  EMBEDDING_MODEL_NAME,
  INPUT_VALUE,
  LLM_INPUT_MESSAGES,
  LLM_MODEL_NAME,
  LLM_OUTPUT_MESSAGES,
  LLM_TOKEN_COUNT_COMPLETION,
  LLM_TOKEN_COUNT_PROMPT,
  LLM_TOKEN_COUNT_TOTAL,
  MESSAGE_CONTENT,
  MESSAGE_CONTENTS,
  MESSAGE_CONTENT_TEXT,
  MESSAGE_TOOL_CALLS,
  OUTPUT_VALUE,
  RERANKER_MODEL_NAME,
  RERANKER_OUTPUT_DOCUMENTS,
  RETRIEVAL_DOCUMENTS,
  SemanticConventions,
  TOOL_CALL_FUNCTION_ARGUMENTS_JSON,
  TOOL_CALL_FUNCTION_NAME,
} from "@arizeai/openinference-semantic-conventions";
import type { AttributeValue, TraceSpan } from "./trace-span.ts";

/** Token counts; a span may tell only some of them. */
export interface TokenCounts {
  readonly prompt: number | undefined;
  readonly completion: number | undefined;
  readonly total: number;
}

/** A span in the words of a reader. Texts are as they came: not safe for a terminal yet. */
export interface SpanSummary {
  /** The OpenInference kind, else OpenTelemetry's, else `SPAN`. */
  readonly kind: string;
  readonly model: string | undefined;
  readonly tokens: TokenCounts | undefined;
  readonly input: string | undefined;
  readonly output: string | undefined;
  /** What went wrong, on a span with an error status. */
  readonly error: string | undefined;
}

/** Reads the summary of a span. */
export function summarizeSpan(span: TraceSpan): SpanSummary {
  const { attributes } = span;
  return {
    kind: textOf(attributes[SemanticConventions.OPENINFERENCE_SPAN_KIND]) ?? otelKind(span),
    model:
      textOf(attributes[LLM_MODEL_NAME]) ??
      textOf(attributes[EMBEDDING_MODEL_NAME]) ??
      textOf(attributes[RERANKER_MODEL_NAME]),
    tokens: readTokens(span),
    input: lastMessage(span, LLM_INPUT_MESSAGES) ?? textOf(attributes[INPUT_VALUE]),
    output:
      lastMessage(span, LLM_OUTPUT_MESSAGES) ??
      documents(span, RETRIEVAL_DOCUMENTS) ??
      documents(span, RERANKER_OUTPUT_DOCUMENTS) ??
      textOf(attributes[OUTPUT_VALUE]),
    error: span.status.code === "ERROR" ? errorText(span) : undefined,
  };
}

/** The Phoenix project of a span. */
export function projectOf(span: TraceSpan): string {
  return textOf(span.resource["openinference.project.name"]) ?? "default";
}

/** The span's own token counts. */
export function readTokens({ attributes }: TraceSpan): TokenCounts | undefined {
  const prompt = countOf(attributes[LLM_TOKEN_COUNT_PROMPT]);
  const completion = countOf(attributes[LLM_TOKEN_COUNT_COMPLETION]);
  const total = countOf(attributes[LLM_TOKEN_COUNT_TOTAL]);
  if (prompt === undefined && completion === undefined && total === undefined) return undefined;
  return { prompt, completion, total: total ?? (prompt ?? 0) + (completion ?? 0) };
}

function otelKind({ kind }: TraceSpan): string {
  return kind === "INTERNAL" || kind === "UNSPECIFIED" ? "SPAN" : kind;
}

function errorText({ status, events }: TraceSpan): string {
  const exception = events.findLast(({ name }) => name === "exception")?.attributes;
  const type = textOf(exception?.["exception.type"]);
  const message = textOf(exception?.["exception.message"]) ?? (status.message || undefined);
  return [type, message].filter((part) => part !== undefined).join(": ") || "failed";
}

/** The last of the numbered messages: what was asked, or what was answered. */
function lastMessage({ attributes }: TraceSpan, list: string): string | undefined {
  const numbers = indexesOf(attributes, list);
  if (numbers.length === 0) return undefined;
  const prefix = `${list}.${Math.max(...numbers)}`;
  const contents = indexesOf(attributes, `${prefix}.${MESSAGE_CONTENTS}`)
    .toSorted((a, b) => a - b)
    .map((index) => textOf(attributes[`${prefix}.${MESSAGE_CONTENTS}.${index}.${MESSAGE_CONTENT_TEXT}`]));
  const calls = indexesOf(attributes, `${prefix}.${MESSAGE_TOOL_CALLS}`)
    .toSorted((a, b) => a - b)
    .map((index) => {
      const call = `${prefix}.${MESSAGE_TOOL_CALLS}.${index}`;
      const name = textOf(attributes[`${call}.${TOOL_CALL_FUNCTION_NAME}`]);
      return name && `${name}(${textOf(attributes[`${call}.${TOOL_CALL_FUNCTION_ARGUMENTS_JSON}`]) ?? ""})`;
    });
  const parts = [textOf(attributes[`${prefix}.${MESSAGE_CONTENT}`]), ...contents, ...calls];
  return parts.filter((part) => part !== undefined && part !== "").join(" ") || undefined;
}

/** `3 documents: …` with the text of the first. */
function documents({ attributes }: TraceSpan, list: string): string | undefined {
  const numbers = indexesOf(attributes, list);
  if (numbers.length === 0) return undefined;
  const first = textOf(attributes[`${list}.${Math.min(...numbers)}.${DOCUMENT_CONTENT}`]);
  const count = `${numbers.length} ${numbers.length === 1 ? "document" : "documents"}`;
  return first === undefined ? count : `${count}: ${first}`;
}

/** The numbers `N` of keys `list.N.…`. */
function indexesOf(attributes: TraceSpan["attributes"], list: string): number[] {
  const found = new Set<number>();
  for (const key of Object.keys(attributes)) {
    if (!key.startsWith(`${list}.`)) continue;
    const index = Number.parseInt(key.slice(list.length + 1), 10);
    if (Number.isSafeInteger(index)) found.add(index);
  }
  return [...found];
}

function textOf(value: AttributeValue | undefined): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint")
    return String(value);
  if (Array.isArray(value)) return value.map((item) => textOf(item) ?? "").join(", ");
  return undefined;
}

function countOf(value: AttributeValue | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
