// Where a span of ours starts while one of another provider is active: below the nearest span of ours, in the same trace.
import { type Context, isSpanContextValid, type Span, trace, type TracerProvider } from "@opentelemetry/api";
import type { IdGenerator } from "@opentelemetry/sdk-trace-node";
import { isPhoenixSpan, nearestPhoenixSpan, noteOtherProvider } from "./context/phoenix-spans.ts";
import { globalTracerProvider } from "./globals.ts";
import { processSlot } from "./process-slot.ts";

/** Shared by every loaded copy: the tracer of one may start the span of another's provider. */
const slot = processSlot("start-beside", 1, () => ({ traceId: undefined as string | undefined }));
const ourProviders = processSlot("our-providers", 1, () => new WeakSet<TracerProvider>());

/** Takes note of a provider of ours. */
export function noteOurProvider(provider: TracerProvider): void {
  ourProviders.add(provider);
}

/**
 * Starts a span with the context that it belongs into. A span of another provider is never the parent: Phoenix does not
 * get it, and its sampler's decision is not ours. Where no span of ours is above it, the new one is a root of its trace.
 */
export function startBeside(active: Context, start: (parent: Context) => Span): Span {
  const other = trace.getSpan(active);
  if (other === undefined || isPhoenixSpan(other) || isOfNoProvider(other)) return start(active);
  noteOtherProvider();
  const nearest = nearestPhoenixSpan(active, other);
  if (nearest !== undefined) return start(trace.setSpan(active, nearest));
  slot.traceId = other.spanContext().traceId;
  try {
    return start(trace.deleteSpan(active));
  } finally {
    slot.traceId = undefined;
  }
}

/** The ids of a provider of ours: a root of a trace that another provider began gets its id. */
export class TraceJoiningIds implements IdGenerator {
  readonly #ids: IdGenerator;

  constructor(ids: IdGenerator) {
    this.#ids = ids;
  }

  readonly generateTraceId = (): string => slot.traceId ?? this.#ids.generateTraceId();

  readonly generateSpanId = (): string => this.#ids.generateSpanId();
}

/** A parent that came from another process, or was put there by hand, is nobody's here: it stays. */
function isOfNoProvider(span: Span): boolean {
  const context = span.spanContext();
  if (context.isRemote === true || !isSpanContextValid(context)) return true;
  if (span.isRecording()) return false;
  const global = globalTracerProvider();
  return global === undefined || ourProviders.has(global);
}
