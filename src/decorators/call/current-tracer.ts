// Which tracer a wrapped function uses: decided at each call, looked up once per provider.
import type { Tracer, TracerProvider } from "@opentelemetry/api";
import { noteOtherProvider } from "../../context/phoenix-spans.ts";
import { globalTracerProvider } from "../../globals.ts";
import { sharedSettings } from "./shared-settings.ts";

/** The instrumentation scope of what the wrappers trace. */
export const TRACER_NAME = "phoenix-otel";
/** The package's version; a test compares it with package.json. */
export const TRACER_VERSION = "0.1.0";

/**
 * Names the provider that wrappers use although another one is global: for `register()`, where it could
 * not become the global provider. It holds while that other one stays global; `undefined` takes it back.
 */
export function setWrapperProvider(provider: TracerProvider | undefined): void {
  if (provider !== undefined) noteOtherProvider();
  sharedSettings.fallback = provider && { provider, insteadOf: globalTracerProvider() };
}

let known: TracerProvider | undefined;
const tracers = new Map<string, Tracer>();
/** The wrappers' own, which nearly every call asks for. */
let wrapperTracer: Tracer | undefined;

/** The provider in force now: the global one, or ours where it could not become global. */
export function currentProvider(): TracerProvider | undefined {
  const global = globalTracerProvider();
  const { fallback } = sharedSettings;
  return fallback !== undefined && fallback.insteadOf === global ? fallback.provider : global;
}

/** The tracer of the provider in force now, for the spans of `scope`; `undefined` where there is no provider. */
export function currentTracer(scope: string = TRACER_NAME): Tracer | undefined {
  const provider = currentProvider();
  if (provider !== known) {
    tracers.clear();
    wrapperTracer = undefined;
    known = provider;
  }
  if (provider === undefined) return undefined;
  if (wrapperTracer !== undefined && scope === TRACER_NAME) return wrapperTracer;
  let tracer = tracers.get(scope);
  if (tracer === undefined) tracers.set(scope, (tracer = provider.getTracer(scope, TRACER_VERSION)));
  if (scope === TRACER_NAME) wrapperTracer = tracer;
  return tracer;
}
