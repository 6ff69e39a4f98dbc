// Which spans go to Phoenix, and the nearest of them in a context: spans of other providers may stand between.
import { type Context, createContextKey, type Span, type SpanContext, trace } from "@opentelemetry/api";
import { processSlot } from "../process-slot.ts";

/** Holds the latest span of ours, also while one of another provider is the active one. */
const KEY = createContextKey("phoenix-otel span");
const PROJECT_NAME = "openinference.project.name";

/** Shared by every loaded copy. */
const slot = processSlot("phoenix-spans", 1, () => ({
  /** Whether spans of other providers may stand between ours. */
  isBesideOthers: false as boolean | undefined,
  /** The project that the environment writes into everybody's resource: it tells nothing. */
  commonProject: undefined as string | undefined,
}));
/** By itself, and by its context, which is one object for a span's whole life, but for Datadog's. */
const known = processSlot("phoenix-spans-known", 1, () => new WeakMap<SpanContext | Span, Span>());
/** What was found out about resources: the Phoenix project of the provider, if it is one that sends there. */
const projects = processSlot("phoenix-resources", 1, () => new WeakMap<object, string | null>());

/** Takes note that another provider is about: from now on spans of ours are known by their contexts. */
export function noteOtherProvider(): void {
  slot.isBesideOthers = true;
}

/** Takes note of the resource of a provider of ours, and of the project that the environment puts into any resource. */
export function notePhoenixResource(resource: object, project: string, commonProject: unknown): void {
  projects.set(resource, project);
  slot.commonProject = typeof commonProject === "string" ? commonProject : undefined;
}

/** Takes note of a span that is ours, or that a processor of ours sees in another provider. */
export function notePhoenixSpan(span: Span): void {
  known.set(span, span);
  known.set(span.spanContext(), span);
}

/** As {@link notePhoenixSpan}, where it may ever be asked for: its resource tells of any other. */
export function noteStarted(span: Span): void {
  if (slot.isBesideOthers === true || !span.isRecording()) notePhoenixSpan(span);
}

/** Gives the context with the span active in it, and remembered below spans of other providers. */
export function activate(active: Context, span: Span): Context {
  const next = trace.setSpan(active, span);
  // Nobody else has the new context yet: a second copy of all its values would cost each call.
  const values = (next as { readonly _currentContext?: unknown })._currentContext;
  if (!(values instanceof Map)) return next.setValue(KEY, span);
  values.set(KEY, span);
  return next;
}

/** Whether a span goes to Phoenix: one of ours, one that a processor of ours sees, one of another Phoenix package. */
export function isPhoenixSpan(span: Span): boolean {
  return phoenixProjectOf(span) !== undefined || known.has(span) || known.has(span.spanContext());
}

/** The project in the resource of a span whose provider sends to Phoenix; `undefined` for spans of others. */
export function phoenixProjectOf(span: object): string | undefined {
  const { resource } = span as { readonly resource?: unknown };
  if (typeof resource !== "object" || resource === null) return undefined;
  let project = projects.get(resource);
  if (project === undefined) {
    project = projectIn(resource);
    projects.set(resource, project);
  }
  return project ?? undefined;
}

/** The nearest span that goes to Phoenix above one that does not; `undefined` where there is none. */
export function nearestPhoenixSpan(active: Context, other: Span): Span | undefined {
  const { parentSpanContext: above } = other as { readonly parentSpanContext?: SpanContext };
  return (above && known.get(above)) ?? (active.getValue(KEY) as Span | undefined);
}

function projectIn(resource: object): string | null {
  const { getRawAttributes, attributes } = resource as {
    getRawAttributes?: () => [string, unknown][];
    attributes?: Record<string, unknown>;
  };
  // The raw list: reading `attributes` while a detector is under way logs an error.
  const project =
    typeof getRawAttributes === "function"
      ? getRawAttributes.call(resource).find(([key]) => key === PROJECT_NAME)?.[1]
      : attributes?.[PROJECT_NAME];
  return typeof project === "string" && project !== slot.commonProject ? project : null;
}
