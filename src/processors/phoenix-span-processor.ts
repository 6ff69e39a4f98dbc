// Delivery behind OpenTelemetry's SpanProcessor: what the batch, the simple and the default processor share.
import { TraceFlags } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { currentSurroundings } from "../config/environment.ts";
import type { DeliveryStats } from "../delivery/counters.ts";
import { Delivery, type FlushResult } from "../delivery/delivery.ts";
import { flushOnExit, spanEndedAtExit } from "../exit-flush.ts";
import { encodeSpan, type EncodedSpan } from "../otlp/encode-span.ts";
import { createRequestJoiner, resourcesReady } from "../otlp/join-request.ts";
import { withProject } from "../otlp/with-project.ts";
import { resolveKnobs } from "./delivery-knobs.ts";
import { describeSettings } from "./describe-settings.ts";
import { createExitSource } from "./exit-source.ts";
import type { ProcessorArguments } from "./processor-arguments.ts";

/** What differs between the processors. */
export interface ProcessorManner {
  /** Sends each span at once, one request at a time. */
  readonly immediate: boolean;
}

/** Delivers every sampled span that ends. Each method is as OpenTelemetry has it; none throws or rejects. */
export class PhoenixSpanProcessor implements SpanProcessor {
  readonly #delivery: Delivery<EncodedSpan>;
  readonly #stopExitFlush: () => void;

  constructor({ options, connection }: ProcessorArguments, { immediate }: ProcessorManner) {
    const { config, timeoutMillis } = connection;
    const caller = immediate ? "new SimpleSpanProcessor" : "new BatchSpanProcessor";
    const flushesOnExit = options.flushOnExit ?? true;
    const sender = connection.createSender(flushesOnExit);
    this.#delivery = new Delivery<EncodedSpan>({
      ...resolveKnobs(options, config.batching, caller),
      sender,
      join: createRequestJoiner(withProject(config.projectName.value)),
      ready: resourcesReady,
      describe: describeSettings(config),
      immediate,
      attemptTimeoutMillis: timeoutMillis,
    });
    this.#stopExitFlush = flushesOnExit
      ? flushOnExit(createExitSource(this.#delivery, sender), currentSurroundings().environment)
      : () => undefined;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    this.#delivery.add(encodeSpan(span));
    spanEndedAtExit();
  }

  /** Waits until every span that ended before is delivered, 10 s at most. Resolves also when the server is down. */
  async forceFlush(): Promise<void> {
    await this.#delivery.forceFlush();
  }

  /** As {@link forceFlush}, with what it achieved. */
  async flush(timeoutMillis?: number): Promise<FlushResult> {
    return await this.#delivery.flush(timeoutMillis);
  }

  /** What became of every span so far: `emitted` is the sum of the others. */
  stats(): DeliveryStats {
    return this.#delivery.stats();
  }

  /** Flushes, says what is left behind, and counts later spans as dropped. */
  async shutdown(): Promise<void> {
    await this.#delivery.shutdown();
    this.#stopExitFlush();
  }
}
