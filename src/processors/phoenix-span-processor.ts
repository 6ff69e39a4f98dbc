// Delivery behind OpenTelemetry's SpanProcessor: what the batch, the simple and the default processor share.
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { currentSurroundings } from "../config/environment.ts";
import { addStats, type DeliveryStats } from "../delivery/counters.ts";
import type { FlushResult } from "../delivery/delivery.ts";
import { flushOnExit, spanEndedAtExit } from "../exit/flush-on-exit.ts";
import { loadPart } from "../parts.ts";
import { addFlush, type Flush } from "../serverless/living-flushes.ts";
import { RequestFlush } from "../serverless/request-flush.ts";
import { resolveKnobs } from "./delivery-knobs.ts";
import { createExitSource } from "./exit-source.ts";
import type { ProcessorArguments } from "./processor-arguments.ts";
import { SpanDelivery, type SpanDeliverySettings } from "./span-delivery.ts";

const NOTHING: FlushResult = { delivered: 0, pending: 0, dropped: 0 };

/** What differs between the processors. */
export type ProcessorManner = Pick<SpanDeliverySettings, "immediate">;

/**
 * Delivers every sampled span that ends. Each method is as OpenTelemetry has it; none throws or rejects. What delivery
 * needs is made when the first span ends: starting the program waits for none of it.
 */
export class PhoenixSpanProcessor implements SpanProcessor {
  readonly #given: ProcessorArguments;
  readonly #settings: SpanDeliverySettings;
  readonly #stopExitFlush: () => void;
  readonly #removeFlush: () => void;
  readonly #requestFlush: RequestFlush;
  #delivery: SpanDelivery | undefined;

  constructor(given: ProcessorArguments, { immediate }: ProcessorManner) {
    const { options, connection, foreignExporter } = given;
    const caller = immediate ? "new SimpleSpanProcessor" : "new BatchSpanProcessor";
    const flushesOnExit = options.flushOnExit ?? true;
    const bounds = resolveKnobs(options, connection.config.batching, caller);
    this.#given = given;
    this.#settings = { ...bounds, immediate, flushOnExit: flushesOnExit };
    // A function that gives the key is asked ahead, and an exporter of somebody else has a flush of its own.
    if (connection.config.headers.live !== undefined || foreignExporter !== undefined) this.#started();
    this.#stopExitFlush = flushesOnExit
      ? flushOnExit(
          createExitSource(() => this.#delivery),
          currentSurroundings().environment,
        )
      : () => undefined;
    const flush: Flush = (limitMillis) => this.flush(limitMillis);
    this.#removeFlush = addFlush(flush);
    this.#requestFlush = new RequestFlush(flush);
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#started()?.add(span) !== true) return;
    spanEndedAtExit();
    this.#requestFlush.spanEnded(span);
  }

  /** Waits until every span that ended before is delivered, 10 s at most. Resolves also when the server is down. */
  async forceFlush(): Promise<void> {
    await this.flush();
  }

  /** As {@link forceFlush}, with what it achieved. */
  async flush(timeoutMillis?: number): Promise<FlushResult> {
    return (await this.#delivery?.flush(timeoutMillis)) ?? NOTHING;
  }

  /** What became of every span so far: `emitted` is the sum of the others. */
  stats(): DeliveryStats {
    return this.#delivery?.stats() ?? addStats([]);
  }

  /** Flushes, says what is left behind, and counts later spans as dropped. */
  async shutdown(): Promise<void> {
    await this.#started()?.shutdown();
    this.#stopExitFlush();
    this.#removeFlush();
  }

  #started(): SpanDelivery | undefined {
    this.#delivery ??= loadPart(
      () => new SpanDelivery(this.#given, this.#settings),
      "No span can be delivered",
    );
    return this.#delivery;
  }
}
