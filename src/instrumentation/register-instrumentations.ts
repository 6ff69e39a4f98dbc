// registerInstrumentations() with the signature of @opentelemetry/instrumentation, which is not a dependency.
import { type MeterProvider, trace, type TracerProvider } from "@opentelemetry/api";
import type { Instrumentation } from "../config/options.ts";
import { enableInstrumentations } from "./enable-instrumentations.ts";

/** What {@link registerInstrumentations} takes. */
export interface AutoLoaderOptions {
  instrumentations?: readonly (Instrumentation | readonly Instrumentation[])[];
  /** By default the one that is global. */
  tracerProvider?: TracerProvider;
  meterProvider?: MeterProvider;
  /** A `LoggerProvider` of `@opentelemetry/api-logs`. */
  loggerProvider?: object;
}

/** Enables instrumentations, and gives the function that disables them again. One that fails is named; the others go on. */
export function registerInstrumentations(options: AutoLoaderOptions): () => void {
  const { tracerProvider = trace.getTracerProvider(), meterProvider, loggerProvider } = options;
  const instrumentations = (options.instrumentations ?? []).flat();
  for (const instrumentation of instrumentations) {
    give(instrumentation, "setMeterProvider", meterProvider);
    give(instrumentation, "setLoggerProvider", loggerProvider);
  }
  enableInstrumentations(instrumentations, tracerProvider);
  return () => {
    for (const instrumentation of instrumentations) instrumentation.disable();
  };
}

function give(instrumentation: Instrumentation, method: string, provider: object | undefined): void {
  const set: unknown = Reflect.get(instrumentation, method);
  if (provider !== undefined && typeof set === "function") Reflect.apply(set, instrumentation, [provider]);
}
