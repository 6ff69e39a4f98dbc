// The one step between a span's end and its bytes, or a foreign exporter: what of it leaves, and as what.
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { changed, normalise, type OutgoingSpan } from "../spans/outgoing-span.ts";
import { projectResource } from "../spans/project-resource.ts";

/**
 * The parts of the step. Each gets a whole span and gives it back, or a new one made by `changed()`; none may write to
 * the one it got, which is mostly the live span. A part that throws costs the span: it is dropped as unreadable, so
 * nothing leaves unmasked.
 */
export interface SpanSteps {
  /** Makes an OpenInference span of another maker's. */
  readonly translate?: ((span: OutgoingSpan, live: ReadableSpan) => OutgoingSpan) | undefined;
  /** Gives `undefined` for a span that does not leave, and may hang one that does under another parent. */
  readonly filter?: ((span: OutgoingSpan, live: ReadableSpan) => OutgoingSpan | undefined) | undefined;
  /** Leaves out or replaces what is not to be seen; knows the live span, since translation hides where a value is from. */
  readonly mask?: ((span: OutgoingSpan, live: ReadableSpan) => OutgoingSpan) | undefined;
  /** The project of the live span, where it has one of its own: it wins over the one its resource names. */
  readonly projectOf?: ((live: ReadableSpan) => string | undefined) | undefined;
  /** The project of spans whose resource names none. */
  readonly projectName: string;
}

/** Gives what leaves of a span that ended, or `undefined` for a filtered one. The live span is never changed. */
export type PrepareSpan = (live: ReadableSpan) => OutgoingSpan | undefined;

/**
 * Builds the step, in this order: normalise, translate, filter, mask, project. Parts that are not given cost nothing;
 * without any, a whole span whose resource names its project leaves as the live span itself.
 */
export function createPrepareSpan(steps: SpanSteps): PrepareSpan {
  const { translate, filter, mask, projectOf, projectName } = steps;
  const changes = [translate, filter, mask].filter((step) => step !== undefined);
  const defaultResource = lastRemembered((resource) => projectResource(resource, projectName));
  return (live) => {
    let span: OutgoingSpan | undefined = normalise(live);
    for (const change of changes) {
      span = change(span, live);
      if (span === undefined) return undefined;
    }
    const project = projectOf?.(live);
    const resource =
      project === undefined
        ? defaultResource(span.resource)
        : projectResource(span.resource, project, { wins: true });
    return resource === span.resource ? span : changed(span, { resource });
  };
}

/** Asks `derive` only for another resource than the last: most spans of a processor have the same. */
function lastRemembered(
  derive: (resource: OutgoingSpan["resource"]) => OutgoingSpan["resource"],
): (resource: OutgoingSpan["resource"]) => OutgoingSpan["resource"] {
  let last: OutgoingSpan["resource"] | undefined;
  let derived: OutgoingSpan["resource"] | undefined;
  return (resource) => {
    if (resource !== last || derived === undefined) {
      derived = derive(resource);
      last = resource;
    }
    return derived;
  };
}
