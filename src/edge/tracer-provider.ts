// The provider where nothing is traced, and what mounts one.
import type { TracerProvider as ApiTracerProvider } from "@opentelemetry/api";
import type { GlobalTracerProviderRegistration } from "../attached-providers.ts";
import type { DeliveryStats } from "../delivery/counters.ts";
import type { FlushResult } from "../delivery/delivery.ts";
import type { OpenInferenceTracer } from "../tracer.ts";
import { noStats, nothingFlushed } from "./nothing-sent.ts";
import { createUntracedTracer } from "./untraced-tracer.ts";

/** Gives tracers that record nothing. Is never global. */
export class TracerProvider implements ApiTracerProvider {
  #isShutdown = false;

  getTracer(_name: string, _version?: string, _options?: object): OpenInferenceTracer {
    return createUntracedTracer();
  }

  register(_config?: object): void {}

  addSpanProcessor(_processor: object, _options?: object): void {}

  async forceFlush(_options?: object): Promise<void> {}

  async flush(_options?: object): Promise<FlushResult> {
    return { ...nothingFlushed };
  }

  stats(): DeliveryStats {
    return noStats();
  }

  get isShutdown(): boolean {
    return this.#isShutdown;
  }

  async shutdown(_options?: object): Promise<void> {
    this.#isShutdown = true;
  }

  handOver(_successor: object, _kept?: readonly unknown[]): void {}
}

/** Gives a {@link TracerProvider}. */
export function createNoOpProvider(): TracerProvider {
  return new TracerProvider();
}

/** Leaves whichever provider is global. */
export function attachGlobalTracerProvider(_provider: object): GlobalTracerProviderRegistration {
  return { detach: () => undefined };
}

/** Leaves whichever provider is global. */
export function detachGlobalTracerProvider(): void {}
