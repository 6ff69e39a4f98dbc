// Sends must not be traced: a span per delivery would be a loop without end.
import { context, createContextKey, ROOT_CONTEXT } from "@opentelemetry/api";
import { ownCall } from "../../own-calls.ts";

/** The key of OpenTelemetry's own `suppressTracing`; keys of equal text are equal. */
const SUPPRESS_TRACING = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

const UNTRACED = ROOT_CONTEXT.setValue(SUPPRESS_TRACING, true);

/**
 * Runs `fn` where instrumentations record nothing, and our processors deliver nothing where there is no context manager.
 * Starts from the root context, so that a kept connection does not hold on to the request that happened to open it.
 */
export function untraced<T>(fn: () => T): T {
  return ownCall(() => context.with(UNTRACED, fn));
}
