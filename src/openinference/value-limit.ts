// How many characters of one value a span keeps. A provider says it for its spans, a wrapper for its own.
import type { Span } from "@opentelemetry/api";
import { processSlot } from "../process-slot.ts";

/** Characters kept of one value on a span for which nobody said another limit. */
export const DEFAULT_MAX_VALUE_LENGTH = 1_048_576;

/** By span, or by the resource of all spans of a provider: what a span can be asked for, whoever started it. */
const limits = processSlot("value-limits", 1, () => new WeakMap<object, number>());

/** The resource asked about last: nearly always the next one too, since a provider has one. */
let known: object | undefined;
let knownLimit = DEFAULT_MAX_VALUE_LENGTH;

/**
 * Sets how many characters of one value are kept on `holder`: a span, or all spans with this resource. Said before the
 * first span starts, it holds for all.
 */
export function setMaxValueLength(holder: object, characters: number): void {
  limits.set(holder, characters);
}

/** The limit that the provider of `span` gives its spans, in characters. */
export function providerMaxValueLength(span: Span): number {
  const { resource } = span as { resource?: object };
  if (resource === undefined) return DEFAULT_MAX_VALUE_LENGTH;
  if (resource !== known) {
    known = resource;
    knownLimit = limits.get(resource) ?? DEFAULT_MAX_VALUE_LENGTH;
  }
  return knownLimit;
}

/** The limit of one value on `span`, in characters: what its wrapper asked for, else its provider's. */
export function maxValueLengthOf(span: Span): number {
  return limits.get(span) ?? providerMaxValueLength(span);
}
