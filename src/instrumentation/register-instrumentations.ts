// registerInstrumentations() with the signature of @opentelemetry/instrumentation, which is not a dependency.
import { type MeterProvider, trace, type TracerProvider } from "@opentelemetry/api";
import type { Instrumentation, LoggerProvider } from "../config/options.ts";
import { LaterPart } from "../parts.ts";
import { enableInstrumentations, type InstrumentationProviders } from "./enable-instrumentations.ts";
import { followGlobalProvider } from "./following-provider.ts";

/** What {@link registerInstrumentations} takes. */
export interface AutoLoaderOptions {
  instrumentations?: readonly (Instrumentation | readonly Instrumentation[])[];
  /** By default the one that is global. */
  tracerProvider?: TracerProvider;
  meterProvider?: MeterProvider;
  /** A `LoggerProvider` of `@opentelemetry/api-logs`. */
  loggerProvider?: object;
}

const part = new LaterPart(() => ({ enableInstrumentations }), "Instrumentations are not started");

/** Enables what was given, where the part that does it can be loaded. */
export function startGiven(
  instrumentations: readonly (Instrumentation | readonly Instrumentation[])[],
  providers: InstrumentationProviders,
): void {
  part.get()?.enableInstrumentations(instrumentations, providers);
}

/** Enables instrumentations, and gives the function that disables them again. One that fails is named; the others go on. */
export function registerInstrumentations(options: AutoLoaderOptions): () => void {
  const { tracerProvider, meterProvider, loggerProvider } = options;
  const instrumentations = (options.instrumentations ?? []).flat();
  startGiven(instrumentations, {
    tracerProvider: tracerProvider ?? followGlobalProvider(trace.getTracerProvider()),
    meterProvider,
    loggerProvider: loggerProvider as LoggerProvider | undefined,
  });
  return () => {
    for (const instrumentation of instrumentations) instrumentation.disable();
  };
}
