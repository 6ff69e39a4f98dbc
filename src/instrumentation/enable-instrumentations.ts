// Points the caller's OpenTelemetry instrumentations at our providers and switches them on.
import type { MeterProvider, TracerProvider } from "@opentelemetry/api";
import type { Instrumentation, LoggerProvider } from "../config/options.ts";
import { errorText, sayOnce } from "../diagnostics.ts";
import { globalMeterProvider } from "../globals.ts";
import { followingLoggerProvider } from "./following-provider.ts";
import { tellUnseen } from "./unseen-instrumentations.ts";

/** What the instrumentations of one `register()` get. */
export interface InstrumentationProviders {
  readonly tracerProvider: TracerProvider;
  /** By default the global one. */
  readonly meterProvider?: MeterProvider | undefined;
  /** By default one that follows the global one. */
  readonly loggerProvider?: LoggerProvider | undefined;
}

/**
 * Enables each instrumentation as OpenTelemetry's `registerInstrumentations` does; one that throws is named and the others
 * go on. Tells of those that cannot see what they are for.
 */
export function enableInstrumentations(
  given: readonly (Instrumentation | readonly Instrumentation[])[],
  providers: InstrumentationProviders,
): void {
  const instrumentations = given.flat();
  for (const instrumentation of instrumentations) {
    try {
      enable(instrumentation, providers);
    } catch (error) {
      const message = `Instrumentation "${instrumentation.instrumentationName}" failed to start: ${errorText(error)}. The others go on without it.`;
      sayOnce(message, { code: "PHX521", message });
    }
  }
  tellUnseen(instrumentations);
}

function enable(instrumentation: Instrumentation, providers: InstrumentationProviders): void {
  const { tracerProvider, meterProvider, loggerProvider } = providers;
  instrumentation.setTracerProvider(tracerProvider);
  instrumentation.setMeterProvider?.(meterProvider ?? globalMeterProvider());
  instrumentation.setLoggerProvider?.(loggerProvider ?? followingLoggerProvider);
  // Instrumentations enable themselves when they are made, unless they were told not to.
  if (instrumentation.getConfig().enabled !== true) instrumentation.enable();
}
