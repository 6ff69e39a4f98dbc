// The wrapper for a function of any kind, and the way that all wrappers and decorators take to a traced function.
import type { Tracer } from "@opentelemetry/api";
import { loadPart } from "../parts.ts";
import type { AnyCallOptions, Callable } from "./call/call-plan.ts";
import type { SpanKindValue } from "../openinference/span-kind.ts";
import type { AnyFunction, StreamedChunk, WithSpanOptions } from "./span-options.ts";
import { createTracedFunction } from "./call/traced-function.ts";

/**
 * Wraps `fn`; the typed doors are `withSpan`, `trace…`, the decorators and the tracer. Gives `fn` itself where the code
 * that traces cannot be loaded.
 */
export function traceFunction(
  fn: Callable,
  kind: SpanKindValue,
  options: AnyCallOptions,
  tracer?: Tracer,
): Callable {
  const create = loadPart(() => createTracedFunction, "Functions run without a wrapper");
  return create === undefined ? fn : create(fn, kind, options, tracer);
}

/**
 * Wraps a function of any kind so that each call is an OpenInference span. The wrapper keeps the function's type, `this`,
 * name, length and own properties, and gives back what the function returned: promises and streams end the span when they
 * end. Traces with the provider that is global when it is called, or with `options.tracer`.
 */
export function withSpan<F extends AnyFunction, Gathered = StreamedChunk<F>[]>(
  fn: F,
  options: WithSpanOptions<F, Gathered> = {},
): F {
  const { kind = "CHAIN", tracer } = options;
  return traceFunction(
    fn as unknown as Callable,
    kind,
    options as unknown as AnyCallOptions,
    tracer,
  ) as unknown as F;
}
