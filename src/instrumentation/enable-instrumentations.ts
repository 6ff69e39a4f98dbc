// Points the caller's OpenTelemetry instrumentations at a provider and switches them on.
import type { TracerProvider } from "@opentelemetry/api";
import type { Instrumentation } from "../config/options.ts";
import { errorText, say } from "../diagnostics.ts";

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
      say({
        code: "PHX521",
        message: `Instrumentation "${instrumentation.instrumentationName}" failed to start: ${errorText(error)}. The others go on without it.`,
      });
    }
  }
}
