// Providers for instrumentations, which keep the tracer and the logger that they are given first.
import type { Span, SpanOptions, Tracer, TracerProvider, Context } from "@opentelemetry/api";
import type { Logger, LoggerProvider } from "../config/options.ts";
import { currentProvider } from "../decorators/call/current-tracer.ts";
import { globalLoggerProvider } from "../globals.ts";

/** Gives tracers that ask, at each span, for the provider of that moment. */
export class FollowingProvider implements TracerProvider {
  readonly #provider: () => TracerProvider;

  constructor(provider: () => TracerProvider) {
    this.#provider = provider;
  }

  getTracer(...identity: Parameters<TracerProvider["getTracer"]>): Tracer {
    return new FollowingTracer(this.#provider, identity);
  }
}

/** Follows the global provider, or ours where it could not become global; `own` stands in where there is none. */
export function followGlobalProvider(own: TracerProvider): TracerProvider {
  return new FollowingProvider(() => currentProvider() ?? own);
}

class FollowingTracer implements Tracer {
  readonly #provider: () => TracerProvider;
  readonly #identity: Parameters<TracerProvider["getTracer"]>;
  #followed: TracerProvider | undefined;
  #tracer: Tracer | undefined;

  constructor(provider: () => TracerProvider, identity: Parameters<TracerProvider["getTracer"]>) {
    this.#provider = provider;
    this.#identity = identity;
  }

  startSpan(name: string, options?: SpanOptions, active?: Context): Span {
    return this.#current().startSpan(name, options, active);
  }

  startActiveSpan(...call: unknown[]): never {
    const tracer = this.#current();
    return (tracer as unknown as { startActiveSpan(...call: unknown[]): never }).startActiveSpan(...call);
  }

  #current(): Tracer {
    const provider = this.#provider();
    if (this.#tracer === undefined || provider !== this.#followed) {
      this.#tracer = provider.getTracer(...this.#identity);
      this.#followed = provider;
    }
    return this.#tracer;
  }
}

/** Gives loggers that emit to the global logger provider of that moment, and nothing where there is none. */
export const followingLoggerProvider: LoggerProvider = {
  getLogger(...identity) {
    const current = (): Partial<Logger> | undefined =>
      (globalLoggerProvider() as LoggerProvider | undefined)?.getLogger(...identity);
    return {
      emit: (record) => current()?.emit?.(record),
      enabled: (options) => {
        const logger = current();
        return logger !== undefined && (logger.enabled?.(options) ?? true);
      },
    };
  },
};
