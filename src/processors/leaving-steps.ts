// The steps of a span that leaves, from what a processor's settings say.
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { LaterMasking } from "../masking/later-masking.ts";
import { ownCall } from "../own-calls.ts";
import { changed, normalise, type OutgoingSpan, withContent } from "../spans/outgoing-span.ts";
import { FilterStep } from "../spans/span-filter.ts";
import { withTagList } from "../spans/tag-list.ts";
import { asOneCall, noteCallLeaves } from "../translation/one-call.ts";
import { translateSpan, withoutCredentials } from "../translation/translate-span.ts";
import type { Leaving } from "./leaving.ts";
import { createPrepareSpan, type PrepareSpan } from "./prepare-span.ts";
import type { ProcessorArguments } from "./processor-arguments.ts";
import { projectOf } from "./span-project.ts";

/** The steps, and those that know more than one span. */
export interface LeavingSteps {
  readonly prepare: PrepareSpan;
  readonly masking: LaterMasking;
  readonly filter: FilterStep | undefined;
}

/** Builds the steps of one processor. */
export function createLeavingSteps(
  { masking, mask, spanFilter, translate = true }: Leaving,
  given: ProcessorArguments,
): LeavingSteps {
  const settings = masking ?? given.masking;
  const masks = new LaterMasking(settings, mask);
  const { config } = given.connection;
  const translated = translate
    ? (span: OutgoingSpan, live: ReadableSpan) =>
        asOneCall(translateSpan(span, config.maxValueLength.value), live)
    : withoutCredentials;
  const filter = spanFilter && new FilterStep(spanFilter, (span) => translated(normalise(span), span));
  const prepare = createPrepareSpan({
    translate: translated,
    filter: (span, live) => {
      const left = filter ? filtered(filter, span) : span;
      if (translate && left !== undefined) noteCallLeaves(left, live);
      return left;
    },
    mask: (span, live) => masked(masks, withTagList(span), live),
    projectOf,
    projectName: config.projectName.value,
  });
  const asksProgram = mask !== undefined || spanFilter !== undefined || settings.blobUploader !== undefined;
  return {
    masking: masks,
    filter,
    // What the program gave may be traced itself.
    prepare: asksProgram ? (span) => ownCall(() => prepare(span)) : prepare,
  };
}

/** The span under the parent that the filter gives it; `undefined` when it does not leave. */
function filtered(filter: FilterStep, span: OutgoingSpan): OutgoingSpan | undefined {
  const verdict = filter.ended(span);
  if (verdict === "filtered") return undefined;
  const { parent } = verdict;
  return parent === span.parentSpanContext ? span : changed(span, { parentSpanContext: parent });
}

function masked(masks: LaterMasking, span: OutgoingSpan, live: ReadableSpan): OutgoingSpan {
  const content = masks.mask(span, live);
  return content === undefined ? span : withContent(span, content);
}
