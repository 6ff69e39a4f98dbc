// Parts of a program that are not traced.
import { type Context, context, createContextKey } from "@opentelemetry/api";
import { runWith } from "./run-with.ts";

/** The key of OpenTelemetry's SDK, whose tracers record nothing where it is set. */
const KEY = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/** Runs `fn` without recording a span inside, and returns what it returned. */
export function suppressTracing<T>(fn: () => T): T;
/** Gives the context in which no span is recorded, as the function of the same name in `@opentelemetry/core`. */
export function suppressTracing(context: Context): Context;
export function suppressTracing<T>(given: Context | (() => T)): Context | T {
  return typeof given === "function"
    ? runWith(context.active().setValue(KEY, true), given)
    : given.setValue(KEY, true);
}
