// OITracer: a tracer whose spans carry what the context says and hide what the settings say, whoever's the provider is.
import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  type Span,
  type SpanOptions,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { currentSurroundings } from "../config/environment.ts";
import type { MaskingSettings, TraceConfigOptions } from "../config/masking-settings.ts";
import { settingsPart } from "../config/settings-part.ts";
import { ActiveSpanTracer } from "../context/active-span-tracer.ts";
import { attributesFromContext } from "../context/context-attributes.ts";
import { LaterPart } from "../parts.ts";
import { processSlot } from "../process-slot.ts";
import { TRACER_NAME } from "./call/current-tracer.ts";
import { startMasked } from "./call/masked-start.ts";

/** A span of {@link OITracer}: what is set on it by whatever handle is masked. */
export interface OISpan extends Span {}

const part = new LaterPart(() => startMasked, "Spans of an OITracer are not recorded");

/** Tracers of this class, of whichever loaded copy. */
const oiTracers = processSlot("oi-tracers", 1, () => new WeakSet<Tracer>());

/**
 * Starts spans of another tracer with the session, user, metadata … of the context, and masks them by `traceConfig`, over
 * the `OPENINFERENCE_*` variables. Without `traceConfig` it hides what `register()` was told, or the variables say.
 *
 * @throws PhoenixConfigError when `traceConfig` is wrong.
 */
export class OITracer extends ActiveSpanTracer<OISpan> {
  /** Tells the wrappers that they need not look into the context for it. */
  readonly readsContext = true;
  readonly #tracer: Tracer;
  readonly #settings: MaskingSettings | undefined;
  /** Whether it is not known what to hide. */
  readonly #isUnsure: boolean = false;

  constructor({ tracer, traceConfig }: { tracer: Tracer; traceConfig?: TraceConfigOptions }) {
    super();
    oiTracers.add(this);
    this.#tracer = tracer;
    if (traceConfig === undefined || traceConfig === null) return;
    const settings = settingsPart.get(true);
    settings?.validateTraceConfig(traceConfig, "new OITracer");
    this.#settings = settings?.resolveMasking({ traceConfig }, currentSurroundings().environment, []);
    this.#isUnsure = settings === undefined;
  }

  /** Starts a span with what the context says; it is not made the active one. */
  override startSpan(name: string, options?: SpanOptions, active: Context = context.active()): OISpan {
    const attributes = { ...attributesFromContext(active), ...options?.attributes };
    const start = this.#isUnsure ? undefined : part.get();
    return (
      start?.(this.#settings, this.#tracer, name, { ...options, attributes }, active) ??
      trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
    );
  }
}

/** Gives an {@link OITracer} on top of a tracer; one that is an `OITracer` as it is. */
export function wrapTracer(tracer: Tracer): OITracer {
  return oiTracers.has(tracer) ? (tracer as OITracer) : new OITracer({ tracer });
}

/** Gives an {@link OITracer} of the provider that is global; the name is the instrumentation scope of its spans. */
export function getTracer(name: string = TRACER_NAME): OITracer {
  return new OITracer({ tracer: trace.getTracer(name) });
}
