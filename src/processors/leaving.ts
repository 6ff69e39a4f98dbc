// What a processor lets leave, and how: its own settings, else those of the provider of ours that it is in.
import type { Mask, MaskingSettings } from "../config/masking-settings.ts";
import type { RegisterOptions, SpanFilter } from "../config/options.ts";
import type { SpoolSettings } from "../config/spool-settings.ts";

/** The options that decide about it; `undefined` where the options say nothing. */
export interface Leaving {
  /** Set where `traceConfig` was given. */
  readonly masking?: MaskingSettings | undefined;
  readonly mask?: Mask | undefined;
  readonly spanFilter?: SpanFilter | undefined;
  /** Whether spans of other makers leave as OpenInference spans. */
  readonly translate?: boolean | undefined;
}

/** What a provider of ours tells each processor in its list. */
export interface ProviderLeaving extends Leaving {
  /** Its tracers put what the context says on spans: the processors need not. */
  readonly readsContext: true;
  /** Where what is left is kept, unless the processor has a spool of its own. */
  readonly spool: SpoolSettings | undefined;
}

/** What these options decide; `masking` is what they were resolved to. */
export function leavingOf(
  options: Pick<RegisterOptions, "traceConfig" | "mask" | "spanFilter" | "translate">,
  masking: MaskingSettings,
): Leaving {
  return {
    masking: options.traceConfig === undefined ? undefined : masking,
    mask: options.mask,
    spanFilter: options.spanFilter,
    translate: options.translate,
  };
}
