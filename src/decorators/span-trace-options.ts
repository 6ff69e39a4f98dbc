// The options of a wrapper by their names in @arizeai/openinference-core.
import type { Attributes } from "@opentelemetry/api";
import type { GenericFunction } from "../openinference/safely.ts";
import type { CaptureOptions, SpanKindOption } from "./span-options.ts";

/** Any function; its arguments and result are not checked. */
export type AnyFn = GenericFunction;

/** Gives the attributes of a call's arguments. */
export type InputToAttributesFn<Fn extends AnyFn = AnyFn> = (...args: Parameters<Fn>) => Attributes;

/** Gives the attributes of a result. */
export type OutputToAttributesFn<Fn extends AnyFn = AnyFn> = (result: Awaited<ReturnType<Fn>>) => Attributes;

/** The options of `withSpan` that `@arizeai/openinference-core` has; `WithSpanOptions` are all of them. */
export interface SpanTraceOptions<Fn extends AnyFn = AnyFn> extends Pick<
  CaptureOptions,
  "tracer" | "openTelemetrySpanKind"
> {
  name?: string;
  /** `"CHAIN"` by default. */
  kind?: SpanKindOption;
  processInput?: InputToAttributesFn<Fn>;
  processOutput?: OutputToAttributesFn<Fn>;
  attributes?: Attributes;
}
