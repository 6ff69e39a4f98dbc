// What getTracer() returns: OpenTelemetry's tracer plus one method per span kind.
import type { Tracer } from "@opentelemetry/api";
import type { KindMethod } from "./decorators/decorator-types.ts";
import { createKindFunction } from "./decorators/kind-function.ts";
import { SPAN_KINDS, type SpanKindName } from "./openinference/span-kind.ts";

/**
 * An OpenTelemetry tracer with one method per OpenInference span kind, each usable as wrapper
 * (`tracer.chain(fn, options)`) and as decorator (`@tracer.tool`). Their spans come from this very tracer.
 */
export type OpenInferenceTracer = Tracer & { readonly [Name in SpanKindName]: KindMethod };

/** Adds the ten methods to a tracer, in place; a tracer that has them already stays as it is. */
export function addKindMethods<T extends Tracer>(tracer: T): T & OpenInferenceTracer {
  for (const [name, kind] of Object.entries(SPAN_KINDS)) {
    if (name in tracer) continue;
    const value = createKindFunction(kind, tracer);
    Object.defineProperty(tracer, name, { value, writable: true, configurable: true });
  }
  return tracer as T & OpenInferenceTracer;
}
