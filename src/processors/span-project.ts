// The project of each span that was started by usingProject(): decided when the span starts, for its whole trace.
import { type Context, type Span, type SpanContext, trace } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { phoenixProjectOf } from "../context/phoenix-spans.ts";
import { areProjectsInUse, noteProjects, projectFromContext } from "../context/project.ts";
import { processSlot } from "../process-slot.ts";
import { noteStarted, projectOfStarted, wasStartedHere } from "../spans/started-spans.ts";

/** By the span's context, which is one object for a span's whole life. Shared, so that all processors agree. */
const projects = processSlot("span-projects", 1, () => new WeakMap<SpanContext, string>());

/**
 * Decides the project of a span that starts: that of its parent where this process started it, else what the context
 * says. Costs nothing until a project is named for the first time.
 */
export function decideProject(span: ReadableSpan, parentContext: Context): void {
  const parent = trace.getSpan(parentContext);
  const other = parent && isChild(span) ? projectOfOther(parent, span) : undefined;
  if (other !== undefined) noteProjects();
  if (!areProjectsInUse()) return;
  const project = other ?? projectFor(span, parent, parentContext);
  if (project !== undefined) projects.set(span.spanContext(), project);
  noteStarted(span.spanContext(), project);
}

function projectFor(
  span: ReadableSpan,
  parent: Span | undefined,
  parentContext: Context,
): string | undefined {
  if (parent === undefined || !isChild(span)) return projectFromContext(parentContext);
  const context = parent.spanContext();
  if (isOfSameProvider(parent, span)) return projects.get(context);
  return wasStartedHere(context) ? projectOfStarted(context) : projectFromContext(parentContext);
}

/** The project that was named for a span; `undefined` for its processor's own. */
export function projectOf(span: ReadableSpan): string | undefined {
  return areProjectsInUse() ? projects.get(span.spanContext()) : undefined;
}

/** Whether it was not asked for as a root; an OpenTelemetry 1.x span has the id alone. */
const isChild = (span: ReadableSpan & { readonly parentSpanId?: string }): boolean =>
  span.parentSpanContext !== undefined || span.parentSpanId !== undefined;

/**
 * Whether a live parent is a span of the same provider, which its resource tells; one of another provider in the same
 * process (Sentry's around ours) is no root of what goes to Phoenix.
 */
const isOfSameProvider = (parent: Partial<ReadableSpan>, span: ReadableSpan): boolean =>
  parent.resource === span.resource;

/**
 * The project of a live parent whose provider is another one that sends to Phoenix: an experiment's, for example. Phoenix
 * keeps a trace in the project of the span that comes first.
 */
const projectOfOther = (parent: Span, span: ReadableSpan): string | undefined =>
  isOfSameProvider(parent, span)
    ? undefined
    : (projects.get(parent.spanContext()) ?? phoenixProjectOf(parent));
