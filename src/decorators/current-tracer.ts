// Which tracer a wrapped function uses: decided at each call, looked up once per provider.
import { trace, type Tracer, type TracerProvider } from "@opentelemetry/api";
import { sharedSettings } from "./shared-settings.ts";

const NAME = "phoenix-otel";
/** The package's version; a test compares it with package.json. */
export const TRACER_VERSION = "0.1.0";

/** The provider behind OpenTelemetry's own proxy, so a change of provider is seen. */
const globalProvider = (): TracerProvider => {
  const provider = trace.getTracerProvider() as TracerProvider & { getDelegate?(): TracerProvider };
  return provider.getDelegate?.() ?? provider;
};

/**
 * Names the provider that wrappers use although another one is global: for `register()`, where it could
 * not become the global provider. It holds while that other one stays global; `undefined` takes it back.
 */
export function setWrapperProvider(provider: TracerProvider | undefined): void {
  sharedSettings.fallback = provider && { provider, insteadOf: globalProvider() };
}

/** Without a provider the API hands out a no-op one, which has no public name. */
const isNoop = (provider: TracerProvider): boolean => provider.constructor.name === "NoopTracerProvider";

let known: TracerProvider | undefined;
let tracer: Tracer | undefined;

/** The tracer of the provider in force now; `undefined` where there is no provider. */
export function currentTracer(): Tracer | undefined {
  const global = globalProvider();
  const { fallback } = sharedSettings;
  const provider = fallback?.insteadOf === global ? fallback.provider : global;
  if (provider !== known) {
    tracer = isNoop(provider) ? undefined : provider.getTracer(NAME, TRACER_VERSION);
    known = provider;
  }
  return tracer;
}
