// What is known of a traced function before its first call.
import { types } from "node:util";
import type { Attributes, SpanOptions, Tracer } from "@opentelemetry/api";
import {
  EMBEDDING_MODEL_NAME,
  LLM_MODEL_NAME,
  LLM_PROVIDER,
  RERANKER_MODEL_NAME,
  SemanticConventions,
} from "@arizeai/openinference-semantic-conventions";
import { writeAttributes } from "../../openinference/attribute-writer.ts";
import { asWord } from "../../openinference/read-value.ts";
import type { SpanKindValue } from "../../openinference/span-kind.ts";
import { toolAttributes } from "../../openinference/tool.ts";
import type { CallOptions, CaptureOptions } from "../span-options.ts";
import { declaredCount } from "./declared-arguments.ts";

/** A function as the lifecycle calls it. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** Options once their function's type no longer matters. */
export type AnyCallOptions = CallOptions<readonly unknown[], unknown, unknown, unknown>;

/** One traced function: what to call and how to record it. */
export interface CallPlan {
  readonly fn: Callable;
  readonly kind: SpanKindValue;
  /** The span's name unless `options.name` is a function. */
  readonly name: string;
  readonly tracer: Tracer | undefined;
  /** Whose the spans are, where no tracer is given: the name of the tracer. Default: the wrappers'. */
  readonly scope?: string;
  /** Of one call: what aborts it. SDKs end a stream that is aborted as one that is whole. */
  readonly signal?: AbortSignal | undefined;
  /** How many arguments are the function's own: what a caller adds to them is not recorded. */
  readonly declared: number;
  /** Whether the language makes the promise that `fn` gives: nobody has put anything on it. */
  readonly isAsync: boolean;
  readonly options: AnyCallOptions;
  /** Characters kept of one value, where the wrapper says so; else the span's provider does. */
  readonly maxLength: number | undefined;
  /** What every span of this function starts with; the sampler sees it. */
  readonly start: SpanOptions & { readonly attributes: Attributes };
  /** Characters of the longest text that the kind puts into `start`: a provider may keep fewer. */
  readonly longestText: number;
}

const KIND_MODEL_KEYS: Partial<Record<SpanKindValue, string>> = {
  LLM: LLM_MODEL_NAME,
  EMBEDDING: EMBEDDING_MODEL_NAME,
  RERANKER: RERANKER_MODEL_NAME,
};

function kindAttributes(
  kind: SpanKindValue,
  name: string,
  options: CaptureOptions,
  maxLength: number,
): Attributes {
  if (kind === "TOOL") {
    const { description, parameters } = options;
    return toolAttributes({ name, description, parameters }, maxLength);
  }
  const modelKey = KIND_MODEL_KEYS[kind];
  return writeAttributes(maxLength, (to) => {
    if (modelKey !== undefined) to.text(modelKey, options.model);
    if (kind === "LLM") to.text(LLM_PROVIDER, options.provider);
  });
}

/** A limit that can be one; any other is none. */
const asLimit = (characters: unknown): number | undefined =>
  typeof characters === "number" && characters >= 1 ? characters : undefined;

/** Decides once what each call of `fn` needs. */
export function createCallPlan(
  fn: Callable,
  kind: SpanKindValue,
  options: AnyCallOptions,
  tracer?: Tracer,
): CallPlan {
  // A class may have any static `name`.
  const name = asWord(options.name) ?? asWord(fn.name) ?? kind.toLowerCase();
  const maxLength = asLimit(options.maxValueLength);
  // Which provider will start the spans, and how much it keeps, is not known yet.
  const ofKind = kindAttributes(kind, name, options, maxLength ?? Infinity);
  const attributes = {
    ...ofKind,
    ...(typeof options.attributes === "object" ? options.attributes : undefined),
    [SemanticConventions.OPENINFERENCE_SPAN_KIND]: kind,
  };
  const longestText = Math.max(0, ...Object.values(ofKind).map((value) => String(value).length));
  const declared = declaredCount(fn);
  const { openTelemetrySpanKind } = options;
  const start =
    openTelemetrySpanKind === undefined ? { attributes } : { kind: openTelemetrySpanKind, attributes };
  const isAsync = types.isAsyncFunction(fn);
  return { fn, kind, name, tracer, declared, isAsync, options, maxLength, start, longestText };
}

/** The kind's texts in the plan's start, cut to what a provider keeps; those the program set stay as they are. */
export function cutStart({ kind, name, options }: CallPlan, maxLength: number): Attributes {
  const attributes = kindAttributes(kind, name, options, maxLength);
  for (const key of Object.keys(options.attributes ?? {})) delete attributes[key];
  return attributes;
}
