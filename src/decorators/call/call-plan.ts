// What is known of a traced function before its first call.
import type { Attributes, SpanOptions, Tracer } from "@opentelemetry/api";
import {
  EMBEDDING_MODEL_NAME,
  LLM_MODEL_NAME,
  LLM_PROVIDER,
  RERANKER_MODEL_NAME,
  SemanticConventions,
  TOOL_DESCRIPTION,
  TOOL_NAME,
  TOOL_PARAMETERS,
} from "@arizeai/openinference-semantic-conventions";
import { maxValueLength } from "../../capture/max-value-length.ts";
import { jsonText } from "../../capture/json-text.ts";
import type { SpanKindValue } from "../../openinference/span-kind.ts";
import type { CallOptions, CaptureOptions } from "../span-options.ts";

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
  readonly options: AnyCallOptions;
  /** What every span of this function starts with; the sampler sees it. */
  readonly start: SpanOptions & { readonly attributes: Attributes };
}

const KIND_MODEL_KEYS: Partial<Record<SpanKindValue, string>> = {
  LLM: LLM_MODEL_NAME,
  EMBEDDING: EMBEDDING_MODEL_NAME,
  RERANKER: RERANKER_MODEL_NAME,
};

function kindAttributes(kind: SpanKindValue, name: string, options: CaptureOptions): Attributes {
  const attributes: Attributes = {};
  const modelKey = KIND_MODEL_KEYS[kind];
  if (modelKey !== undefined && options.model !== undefined) attributes[modelKey] = options.model;
  if (kind === "LLM" && options.provider !== undefined) attributes[LLM_PROVIDER] = options.provider;
  if (kind === "TOOL") {
    attributes[TOOL_NAME] = name;
    if (options.description !== undefined) attributes[TOOL_DESCRIPTION] = options.description;
    if (options.parameters !== undefined) {
      const { parameters } = options;
      const limit = options.maxValueLength ?? maxValueLength();
      attributes[TOOL_PARAMETERS] = typeof parameters === "string" ? parameters : jsonText(parameters, limit);
    }
  }
  return attributes;
}

/** Decides once what each call of `fn` needs. */
export function createCallPlan(
  fn: Callable,
  kind: SpanKindValue,
  options: AnyCallOptions,
  tracer?: Tracer,
): CallPlan {
  const given = typeof options.name === "string" ? options.name : fn.name;
  const name = given === "" ? kind.toLowerCase() : given;
  const attributes = {
    ...kindAttributes(kind, name, options),
    ...(typeof options.attributes === "object" ? options.attributes : undefined),
    [SemanticConventions.OPENINFERENCE_SPAN_KIND]: kind,
  };
  return { fn, kind, name, tracer, options, start: { attributes } };
}
