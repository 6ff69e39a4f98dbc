// A processor's delivery: made when the first span needs it, as starting a program waits for nothing, and made later where
// its code cannot be read at that time.
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { setTimer, type Timer } from "../deadline.ts";
import { addStats, type DeliveryStats } from "../delivery/counters.ts";
import type { FlushResult } from "../delivery/delivery.ts";
import { LaterPart } from "../parts.ts";
import { EarlySpans } from "./early-spans.ts";
import type { SpanDelivery } from "./span-delivery.ts";
import { testMode } from "../test-mode.ts";

/** How often a delivery that cannot be made is tried while spans wait for it. */
const RETRY_MILLIS = 1_000;

/** Takes spans from the start. No method throws or rejects. */
export class LaterDelivery {
  readonly #part: LaterPart<SpanDelivery>;
  readonly #early = new EarlySpans();
  #current: SpanDelivery | undefined;
  #retry: Timer | undefined;
  #isShutdown = false;

  constructor(make: () => SpanDelivery) {
    this.#part = new LaterPart(make, "No span can be delivered");
  }

  /** The delivery, once there is one. */
  get current(): SpanDelivery | undefined {
    return this.#current;
  }

  /** Makes the delivery where there is none; `urgent` tries that also where it failed just now. */
  load(urgent = false): SpanDelivery | undefined {
    if (this.#current !== undefined || this.#isShutdown) return this.#current;
    this.#current = this.#part.get(urgent);
    if (this.#current === undefined) this.#loadLater();
    else this.#early.handTo(this.#current);
    return this.#current;
  }

  /** Takes note of a span that starts, for the filter. */
  spanStarted(span: ReadableSpan): void {
    (this.load() ?? this.#early).spanStarted(span);
  }

  /** Takes a span that ended; gives whether it is one to deliver. */
  add(span: ReadableSpan): boolean {
    if (testMode.isOn) {
      this.load()?.prepareOnly(span);
      return false;
    }
    return (this.load() ?? this.#early).add(span);
  }

  /** Ended spans that no server has taken yet. */
  get pendingSpans(): number {
    return testMode.isOn ? 0 : (this.#current?.pendingSpans ?? this.#early.size);
  }

  /** Spans that were taken, or given up. */
  get settledSpans(): number {
    return this.#current?.settledSpans ?? 0;
  }

  /** Why spans are pending. */
  get explanation(): string {
    return this.#current?.explanation ?? this.#part.explanation;
  }

  /** As {@link SpanDelivery.flush}; nothing is waited for where there is no delivery. */
  async flush(timeoutMillis?: number): Promise<FlushResult> {
    if (testMode.isOn) return { delivered: 0, pending: 0, dropped: 0 };
    const delivery = this.#early.size > 0 ? this.load(true) : this.#current;
    return (await delivery?.flush(timeoutMillis)) ?? { delivered: 0, pending: this.#early.size, dropped: 0 };
  }

  /** What became of every span so far. */
  stats(): DeliveryStats {
    const early = this.#early.stats();
    return this.#current === undefined ? early : addStats([early, this.#current.stats()]);
  }

  /** Flushes, says what is left behind, and counts later spans as dropped. */
  async shutdown(timeoutMillis?: number): Promise<void> {
    // Spans are captured on.
    if (testMode.isOn) return;
    const delivery = this.load(true);
    this.#isShutdown = true;
    this.#retry?.clear();
    if (delivery === undefined) this.#early.giveUp(this.#part.explanation);
    await delivery?.shutdown(timeoutMillis);
  }

  #loadLater(): void {
    this.#retry ??= setTimer(() => {
      this.#retry = undefined;
      this.load(true);
    }, RETRY_MILLIS);
  }
}
