// Starts a span so that nothing which is to be hidden is ever on it.
import type { Context, Link, Span, SpanOptions, Tracer } from "@opentelemetry/api";
import type { MaskingSettings } from "../../config/masking-settings.ts";
import { isSeen } from "../../context/seen-spans.ts";
import { Masking } from "../../masking/masking.ts";
import { maskedAttributes, MaskedSpan, recordingMasking } from "../../masking/recording.ts";
import { inspectable } from "../../openinference/inspectable-span.ts";

/** By the settings they are made of: one masking for all spans of a tracer. */
const maskings = new WeakMap<MaskingSettings, Masking>();

/**
 * Starts a span that hides what `register()` was told, else what the variables say. One that a processor of ours sees stays
 * raw, since that one masks it.
 */
export function startRecorded(tracer: Tracer, name: string, options: SpanOptions, parent: Context): Span {
  const masking = recordingMasking();
  if (masking === undefined) return tracer.startSpan(name, options, parent);
  const span = start(masking, tracer, name, options, parent);
  if (!span.isRecording()) return span;
  if (!isSeen(span)) return new MaskedSpan(inspectable(span), masking, options.attributes ?? {});
  return span.setAttributes(options.attributes ?? {});
}

/** Starts a span that hides what `settings` say, whoever sees it; without any as {@link startRecorded}. */
export function startMasked(
  settings: MaskingSettings | undefined,
  tracer: Tracer,
  name: string,
  options: SpanOptions,
  parent: Context,
): Span {
  if (settings === undefined) return startRecorded(tracer, name, options, parent);
  const masking = maskings.get(settings) ?? new Masking(settings);
  maskings.set(settings, masking);
  const span = start(masking, tracer, name, options, parent);
  return span.isRecording() ? new MaskedSpan(inspectable(span), masking, options.attributes ?? {}) : span;
}

function start(masking: Masking, tracer: Tracer, name: string, options: SpanOptions, parent: Context): Span {
  const { attributes = {}, links } = options;
  const masked = { ...options, attributes: maskedAttributes(masking, attributes) };
  if (links === undefined) return tracer.startSpan(name, masked, parent);
  const withoutContent = (link: Link): Link =>
    link.attributes === undefined
      ? link
      : { ...link, attributes: maskedAttributes(masking, link.attributes) };
  return tracer.startSpan(name, { ...masked, links: links.map(withoutContent) }, parent);
}
