// The project of each span that was started by usingProject(): decided when the span starts, for its whole trace.
import { type Context, type SpanContext, trace } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { areProjectsInUse, projectFromContext } from "../context/project.ts";
import { processSlot } from "../process-slot.ts";

/** By the span's context, which is one object for a span's whole life. Shared, so that all processors agree. */
const projects = processSlot("span-projects", 1, () => new WeakMap<SpanContext, string>());

/**
 * Decides the project of a span that starts: that of its parent where this process started it, else what the context
 * says. Costs nothing until a project is named for the first time.
 */
export function decideProject(span: ReadableSpan, parentContext: Context): void {
  if (!areProjectsInUse()) return;
  const parent = trace.getSpan(parentContext);
  const isChild = parent !== undefined && startedHere(parent, span);
  const project = isChild ? projects.get(parent.spanContext()) : projectFromContext(parentContext);
  if (project !== undefined) projects.set(span.spanContext(), project);
}

/** The project that was named for a span; `undefined` for its processor's own. */
export function projectOf(span: ReadableSpan): string | undefined {
  return areProjectsInUse() ? projects.get(span.spanContext()) : undefined;
}

/**
 * Whether a local parent is a span of the same provider, which its resource tells; one of another provider in the same
 * process (Sentry's around ours) is no root of what goes to Phoenix.
 */
function startedHere(parent: object, span: ReadableSpan): boolean {
  const context = span.parentSpanContext;
  const isChild = context !== undefined || (span as { parentSpanId?: string }).parentSpanId !== undefined;
  if (!isChild || context?.isRemote === true) return false;
  return (parent as Partial<ReadableSpan>).resource === span.resource;
}
