// What a caller may say about a traced function, typed from the function itself.
import type { Attributes, SpanKind, Tracer } from "@opentelemetry/api";
import type { OpenInferenceSpanKind } from "@arizeai/openinference-semantic-conventions";
import type { SpanKindValue } from "../openinference/span-kind.ts";

/**
 * Any function at all. Two that differ lend a function expression no types for its parameters: older compilers would take
 * the `never` of one for what `limit = 3` means.
 */
export type AnyFunction = ((...args: never[]) => unknown) | ((first: never, second: never) => unknown);

/** What one chunk of `Result` is, when it is a stream; `never` when it is not. */
export type ChunkOf<Result> =
  Result extends ReadableStream<infer Chunk>
    ? Chunk
    : Result extends AsyncIterable<infer Chunk>
      ? Chunk
      : Result extends Iterator<infer Chunk, unknown, never>
        ? Chunk
        : never;

/** The chunks of what `F` streams. */
export type StreamedChunk<F extends AnyFunction> = ChunkOf<Awaited<ReturnType<F>>>;

/** A span kind as these options take it: its value, or the member of OpenInference's own enum. */
export type SpanKindOption = SpanKindValue | OpenInferenceSpanKind;

/** What every traced function may say, whatever its arguments are. */
export interface CaptureOptions {
  /** What the tool does, for a tool span: `tool.description`. */
  description?: string;
  /** The tool's parameters, usually a JSON schema, for a tool span: `tool.parameters`. */
  parameters?: unknown;
  /** The model's name, for an LLM, embedding or reranker span. */
  model?: string;
  /** The provider's name, for an LLM span. */
  provider?: string;
  /** Whether arguments are recorded. Default `true`. */
  captureInput?: boolean;
  /** Whether the result is recorded. Default `true`. */
  captureOutput?: boolean;
  /** Characters kept of one recorded value; the rest is cut with a marker. Default 1,048,576. */
  maxValueLength?: number;
  /** OpenTelemetry's kind of the span, as for a call to another service. Default `INTERNAL`. */
  openTelemetrySpanKind?: SpanKind;
  /** The tracer to use. Default: that of the provider which is global when the function is called. */
  tracer?: Tracer;
}

/**
 * The options of a traced function, given its parameters and its result. `processInput`, `processOutput` and
 * function-valued `attributes` run only while the span records; one that throws is reported once, a
 * placeholder is recorded, and the call goes on untouched.
 */
export interface CallOptions<
  Parameters extends readonly unknown[],
  Result,
  Chunk,
  Gathered,
> extends CaptureOptions {
  /** The span's name, or a function of the arguments that gives it. Default: the function's name. */
  name?: string | ((...args: Parameters) => string);
  /** Attributes of every span; the sampler sees an object, not what a function of the arguments returns. */
  attributes?: Attributes | ((...args: Parameters) => Attributes);
  /**
   * Gives what to record in place of the arguments: a value, or attributes when every key of a plain object
   * holds a dot.
   */
  processInput?: (...args: Parameters) => unknown;
  /** Gives what to record in place of the result, like `processInput`. A stream's: what `aggregate` gave, else the chunks. */
  processOutput?: (result: [Chunk] extends [never] ? Result : Gathered) => unknown;
  /** Makes one value of a stream's chunks. All chunks are kept until the stream ends. */
  aggregate?: (chunks: Chunk[]) => Gathered;
}

/** The options of a wrapper such as `traceTool`; see {@link CallOptions}. */
export type TraceOptions<F extends AnyFunction, Gathered = StreamedChunk<F>[]> = CallOptions<
  Parameters<F>,
  Awaited<ReturnType<F>>,
  StreamedChunk<F>,
  Gathered
>;

/** The options of `withSpan`. */
export type WithSpanOptions<F extends AnyFunction, Gathered = StreamedChunk<F>[]> = TraceOptions<
  F,
  Gathered
> & {
  /** The OpenInference span kind. Default `"CHAIN"`. */
  kind?: SpanKindOption;
};
