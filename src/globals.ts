// The only file that touches OpenTelemetry's globals: provider, context manager, propagator, diag logger.
import {
  context,
  createContextKey,
  diag,
  type DiagLogger,
  type DiagLogLevel,
  type MeterProvider,
  metrics,
  propagation,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  trace,
  type TracerProvider,
} from "@opentelemetry/api";
import type { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

/** A global provider as the API hands it out: a proxy that can be pointed elsewhere. */
interface Delegating extends TracerProvider {
  getDelegate?(): TracerProvider;
  setDelegate?(provider: TracerProvider): void;
}

/** What the API answers where nobody registered a provider: one instance, without a public name. */
const NOOP_PROVIDER = new ProxyTracerProvider().getDelegate();

const PROBE = createContextKey("phoenix-otel.probe");

/** The provider that is global now, or undefined where none was registered. */
export function globalTracerProvider(): TracerProvider | undefined {
  const provider: Delegating = trace.getTracerProvider();
  if (provider.getDelegate === undefined) return provider;
  const delegate = provider.getDelegate();
  return delegate === NOOP_PROVIDER ? undefined : delegate;
}

/**
 * Makes `provider` the global one through the API's own registration, so tracers taken earlier wake up.
 * A context manager and a propagator that are there already are kept.
 * A provider that is global already stays, unless it is `replaces`. Returns whether it became global; throws what the API
 * throws, as where `globalThis` is frozen.
 */
export function setGlobals(provider: NodeTracerProvider, replaces?: TracerProvider): boolean {
  const present = globalTracerProvider();
  if (present !== undefined) {
    const holder: Delegating = trace.getTracerProvider();
    if (present !== replaces || holder.setDelegate === undefined) return false;
    holder.setDelegate(provider);
    return true;
  }
  provider.register({
    ...(hasContextManager() && { contextManager: null }),
    ...(hasPropagator() && { propagator: null }),
  });
  return globalTracerProvider() === provider;
}

/** The meter provider that is global now: one that measures nothing where none was registered. */
export function globalMeterProvider(): MeterProvider {
  return metrics.getMeterProvider();
}

/** Where `@opentelemetry/api-logs` keeps the global logger provider, and the version of what is there. */
const LOGS_KEY = Symbol.for("io.opentelemetry.js.api.logs");
const LOGS_VERSION = 1;

/** The logger provider that is global now, as `@opentelemetry/api-logs` would give it; `undefined` where there is none. */
export function globalLoggerProvider(): unknown {
  const get = (globalThis as { [LOGS_KEY]?: (version: number) => unknown })[LOGS_KEY];
  return get?.(LOGS_VERSION);
}

/** Installs `logger` as OpenTelemetry's diagnostic logger at `level`. */
export function setDiagLogger(logger: DiagLogger, level: DiagLogLevel): void {
  diag.setLogger(logger, { logLevel: level, suppressOverrideMessage: true });
}

/** Asks by use, since the API cannot be asked: without a manager a value set is not there inside `with`. */
function hasContextManager(): boolean {
  return context.with(ROOT_CONTEXT.setValue(PROBE, true), () => context.active().getValue(PROBE) === true);
}

function hasPropagator(): boolean {
  return propagation.fields().length > 0;
}
