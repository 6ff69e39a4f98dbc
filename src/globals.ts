// The only file that touches OpenTelemetry's globals: provider, context manager, propagator, diag logger.
import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  context,
  type ContextManager,
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
import { processSlot } from "./process-slot.ts";

/** A global provider as the API hands it out: a proxy that can be pointed elsewhere. */
interface Delegating extends TracerProvider {
  getDelegate?(): TracerProvider;
  setDelegate?(provider: TracerProvider): void;
}

/** What the API answers where nobody registered a provider: one instance, without a public name. */
const NOOP_PROVIDER = new ProxyTracerProvider().getDelegate();

/** Proxies that point to each other must not hold the program. */
const MAX_PROXIES = 10_000;

/** Where the API's globals are, for all of its 1.x versions. */
const API = Symbol.for("opentelemetry.js.api.1");

const PROBE = createContextKey("phoenix-otel.probe");

const slots = globalThis as { [API]?: { readonly version?: unknown; readonly trace?: TracerProvider } };

/** What the API gave last. */
let given: Delegating | undefined;

/** As the API's own function: the wrappers ask at every call, and the API looks at its version and its slot anew each time. */
function getTracerProvider(): Delegating {
  const registered = slots[API]?.trace;
  return registered !== undefined && registered === given ? given : (given = trace.getTracerProvider());
}

/** The provider that is global now, or undefined where none was registered. */
export function globalTracerProvider(): TracerProvider | undefined {
  let provider = getTracerProvider();
  // Each time somebody puts a proxy back that was global before, there is one more around it.
  for (let depth = 0; depth < MAX_PROXIES && provider.getDelegate !== undefined; depth++) {
    const delegate = provider.getDelegate();
    if (delegate === NOOP_PROVIDER) return undefined;
    if (delegate === provider) break;
    provider = delegate;
  }
  return provider;
}

/**
 * Makes `provider` the global one through the API's own registration, so tracers taken earlier wake up.
 * A context manager and a propagator that are there already are kept; what a test took away is there again.
 * A provider that is global already stays, unless it is `replaces`. Returns whether it is global now; throws what the API
 * throws, as where `globalThis` is frozen.
 */
export function setGlobals(provider: NodeTracerProvider, replaces?: TracerProvider): boolean {
  const present = globalTracerProvider();
  if (present !== undefined && present !== provider) {
    const holder: Delegating = trace.getTracerProvider();
    if (present !== replaces || holder.setDelegate === undefined) return false;
    holder.setDelegate(provider);
  }
  if (present !== undefined) {
    if (hasContextManager() && hasPropagator()) return true;
    // The SDK installs them with the provider only, and the API would complain of one that is there.
    trace.disable();
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

/** The version of OpenTelemetry's API that keeps the globals; what another version registers it does not take. */
export function globalApiVersion(): string | undefined {
  const version = slots[API]?.version;
  return typeof version === "string" ? version : undefined;
}

/**
 * Gives this copy of the API a context manager, where the process has none for it and takes none: contexts then hold among
 * all who use this copy.
 */
export function keepContextInThisCopy(): void {
  if (hasContextManager()) return;
  // The API has no other place for one that is not global.
  const api = context as unknown as { _getContextManager?: () => ContextManager };
  const find = api._getContextManager;
  if (typeof find !== "function") return;
  const none = find.call(api);
  const own = new LocalContextManager();
  const value = (): ContextManager => {
    const found = find.call(api);
    return found === none ? own : found;
  };
  Reflect.defineProperty(api, "_getContextManager", { value, configurable: true, writable: true });
}

class LocalContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    fn: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const run = (): ReturnType<F> => Reflect.apply(fn, self, args);
    return this.#storage.run(active, run);
  }

  bind<T>(active: Context, target: T): T {
    if (typeof target !== "function") return target;
    const bound = (...args: unknown[]): unknown =>
      this.#storage.run(active, () => Reflect.apply(target, undefined, args) as unknown);
    return bound as T;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    return this;
  }
}

/**
 * Makes `provider` the global one in place of the one that is; a context manager and a propagator come with it where there
 * are none. Gives what undoes that, back to `before`; `undefined` leaves the place free for whoever registers next.
 */
export function mountGlobals(provider: NodeTracerProvider): (before: TracerProvider | undefined) => void {
  const isFirst = globalTracerProvider() === undefined;
  const hadManager = hasContextManager();
  const hadPropagator = hasPropagator();
  if (isFirst) setGlobals(provider);
  else pointGlobal(provider);
  return (before) => {
    if (before !== undefined) return pointGlobal(before);
    freeGlobal();
    if (!isFirst) return;
    if (!hadManager) context.disable();
    if (!hadPropagator) propagation.disable();
  };
}

/** Lets the API give the tracers of `provider` from now on. */
export function pointGlobal(provider: TracerProvider): void {
  const holder: Delegating = trace.getTracerProvider();
  if (globalTracerProvider() === undefined) trace.setGlobalTracerProvider(provider);
  else holder.setDelegate?.(provider);
}

/** Leaves no provider global. Tracers that never had one get those of whoever registers next. */
export function freeGlobal(): void {
  const holder: Delegating = trace.getTracerProvider();
  trace.disable();
  holder.setDelegate?.({ getTracer: (...identity) => trace.getTracerProvider().getTracer(...identity) });
}

/** Whether a context manager was looked for. Shared by every loaded copy. */
const managers = processSlot("context-managers", 1, (): { isLookedFor?: boolean | undefined } => ({}));

/** Installs a context manager where there is none: without it no span is the parent of another. Looks once in a process. */
export function ensureContextManager(create: () => ContextManager): void {
  if (managers.isLookedFor === true) return;
  managers.isLookedFor = true;
  try {
    if (!hasContextManager()) context.setGlobalContextManager(create().enable());
  } catch {
    // The API cannot keep one where globalThis is frozen: spans are recorded without parents.
  }
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
