// An application that traces: a provider over one processor of this package, against one receiver.
import type { Tracer } from "@opentelemetry/api";
import { expect, vi } from "vitest";
import {
  BatchSpanProcessor,
  type BatchSpanProcessorOptions,
  SimpleSpanProcessor,
  TracerProvider,
} from "../../src/index.ts";
import { type OtlpReceiver, type OtlpReceiverOptions, startOtlpReceiver } from "../support/otlp-receiver.ts";

export const WAYS = ["http", "grpc"] as const;
export type Way = (typeof WAYS)[number] | "grpc-first";

/** The application, its processor and its server. */
export interface TracedApp {
  readonly receiver: OtlpReceiver;
  readonly processor: BatchSpanProcessor | SimpleSpanProcessor;
  readonly tracer: Tracer;
  /** Ends spans `span 0` to `span count-1`, each with an input of `bytes`. */
  endSpans(count: number, bytes?: number): void;
  /** Checks that every span was delivered, arrived, and that the counters say so. */
  expectNoLoss(spans: number): void;
  stop(): Promise<void>;
}

/** What a {@link TracedApp} may differ in. */
export interface TracedAppOptions extends OtlpReceiverOptions {
  readonly way: Way;
  readonly kind?: "batch" | "simple";
  readonly processor?: BatchSpanProcessorOptions;
}

export async function startTracedApp(options: TracedAppOptions): Promise<TracedApp> {
  const { way, kind = "batch", processor: knobs, ...receiving } = options;
  const receiver = await startOtlpReceiver(receiving);
  const connection = { ...connectionBy(way, receiver), ...knobs };
  const processor =
    kind === "batch" ? new BatchSpanProcessor(connection) : new SimpleSpanProcessor(connection);
  const provider = new TracerProvider({ spanProcessors: [processor] });
  const tracer = provider.getTracer("scenario");
  return {
    receiver,
    processor,
    tracer,
    endSpans: (count, bytes = 100) => {
      const text = "x".repeat(bytes);
      for (let index = 0; index < count; index++) {
        tracer.startSpan(`span ${index}`, { attributes: { "input.value": text } }).end();
      }
    },
    expectNoLoss: (spans) => {
      expect(receiver.uniqueSpanCount).toBe(spans);
      expect(processor.stats()).toMatchObject({ emitted: spans, delivered: spans, queued: 0, inFlight: 0 });
      expectSum(processor);
    },
    stop: async () => {
      await provider.shutdown();
      await receiver.stop();
    },
  };
}

/** By name, or as the default has it: the endpoint is the HTTP one, gRPC has a port and is tried first. */
function connectionBy(way: Way, { httpUrl, grpcUrl }: OtlpReceiver): BatchSpanProcessorOptions {
  if (way === "http") return { endpoint: httpUrl, protocol: "http/protobuf" };
  if (way === "grpc") return { endpoint: grpcUrl, protocol: "grpc" };
  vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", httpUrl);
  vi.stubEnv("PHOENIX_GRPC_PORT", new URL(grpcUrl).port);
  return {};
}

/** Every span that ended is delivered, waiting, under way, or dropped for a counted reason. */
export function expectSum(processor: TracedApp["processor"]): void {
  const { emitted, delivered, queued, inFlight, dropped } = processor.stats();
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  expect(delivered + queued + inFlight + lost).toBe(emitted);
}
