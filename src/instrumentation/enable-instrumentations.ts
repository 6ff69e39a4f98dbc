// Points the caller's OpenTelemetry instrumentations at a provider and switches them on.
import type { TracerProvider } from "@opentelemetry/api";
import type { Instrumentation } from "../config/options.ts";
import { errorText, sayOnce } from "../diagnostics.ts";

/** Enables each instrumentation on `provider`; one that throws is named and the others go on. */
export function enableInstrumentations(
  instrumentations: readonly (Instrumentation | readonly Instrumentation[])[],
  provider: TracerProvider,
): void {
  for (const instrumentation of instrumentations.flat()) {
    try {
      instrumentation.setTracerProvider(provider);
      // Instrumentations enable themselves when they are made, unless they were told not to.
      if (instrumentation.getConfig().enabled === false) instrumentation.enable();
    } catch (error) {
      const message = `Instrumentation "${instrumentation.instrumentationName}" failed to start: ${errorText(error)}. The others go on without it.`;
      sayOnce(message, { code: "PHX521", message });
    }
  }
}
