// Delivery behind OpenTelemetry's SpanProcessor: what the batch, the simple and the default processor share.
import type { Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { currentSurroundings } from "../config/environment.ts";
import { setTimer, type Timer } from "../deadline.ts";
import type { DeliveryStats } from "../delivery/counters.ts";
import type { FlushResult } from "../delivery/delivery.ts";
import { flushOnExit, spanEndedAtExit } from "../exit/flush-on-exit.ts";
import { isOwnCall } from "../own-calls.ts";
import { addFlush, type Flush } from "../serverless/living-flushes.ts";
import { areRequestsKnown, RequestFlush } from "../serverless/request-flush.ts";
import { addAttributesFromContext } from "../context/context-attributes.ts";
import { notePhoenixSpan } from "../context/phoenix-spans.ts";
import { noteSeen } from "../context/seen-spans.ts";
import { keepContext } from "./context-manager.ts";
import { orderStart } from "./start-order.ts";
import { resolveKnobs } from "./delivery-knobs.ts";
import { noteRelatives } from "../translation/relatives.ts";
import { createExitSource } from "./exit-source.ts";
import { LaterDelivery } from "./later-delivery.ts";
import { type Leaving, leavingOf, type ProviderLeaving } from "./leaving.ts";
import type { ProcessorArguments } from "./processor-arguments.ts";
import { ProcessorSpool } from "./processor-spool.ts";
import { isRootHere, noteStarted } from "../spans/started-spans.ts";
import { decideProject } from "./span-project.ts";
import { testMode } from "../test-mode.ts";
import { SpanDelivery, type SpanDeliverySettings } from "./span-delivery.ts";

/** How often a processor that is to hold nothing looks whether it is empty. */
const EMPTY_WATCH_MILLIS = 1_000;

/** What differs between the processors. */
export type ProcessorManner = Pick<SpanDeliverySettings, "immediate">;

/**
 * Delivers every sampled span that ends. Each method is as OpenTelemetry has it; none throws or rejects. What delivery
 * needs is made when the first span ends: starting the program waits for none of it.
 */
export class PhoenixSpanProcessor implements SpanProcessor {
  readonly #given: ProcessorArguments;
  readonly #settings: SpanDeliverySettings;
  readonly #requestFlush: RequestFlush;
  readonly #spool: ProcessorSpool;
  readonly #delivery: LaterDelivery;
  /** `OTEL_SDK_DISABLED`, or settings that cannot be read: their masking is not known, nor where spans go. */
  readonly #isOff: boolean;
  /** Undo what the process knows of this processor; empty while it knows nothing. */
  #ties: (() => void)[] = [];
  /** Whether a span has started: until then the end of the process is nothing to listen to. */
  #hasBegun = false;
  #isRetired = false;
  #isShutdown = false;
  #emptyWatch: Timer | undefined;
  #leaving: Leaving;
  /** Spans of calls that this package made itself. */
  readonly #own = new WeakSet<object>();
  /** Providers of ours order the starts of spans, and their tracers put what the context says on them, by themselves. */
  #isInOtherProvider = true;

  constructor(given: ProcessorArguments, { immediate }: ProcessorManner) {
    const { options, connection, foreignExporter } = given;
    const caller = immediate ? "new SimpleSpanProcessor" : "new BatchSpanProcessor";
    const flushesOnExit = options.flushOnExit ?? true;
    const bounds = resolveKnobs(options, connection.config.batching, caller);
    this.#given = given;
    this.#isOff = connection.config.disabled.value;
    this.#leaving = leavingOf(options, given.masking);
    this.#spool = new ProcessorSpool(connection, flushesOnExit, foreignExporter !== undefined);
    this.#spool.use(connection.config.spool?.value);
    const keep = (): void => this.#spool.keepAtShutdown(this.#delivery.current);
    this.#settings = { ...bounds, immediate, flushOnExit: flushesOnExit, leaving: keep };
    this.#delivery = new LaterDelivery(() => new SpanDelivery(given, this.#settings, this.#leaving));
    // A function that gives the key is asked ahead, and an exporter of somebody else has a flush of its own.
    const isEager = connection.config.headers.live !== undefined || foreignExporter !== undefined;
    if (isEager && !testMode.isOn && !this.#isOff) this.#delivery.load();
    this.#requestFlush = new RequestFlush(this.#flushWithin);
    this.#tie();
    if (connection.config.spool !== undefined) this.#begin();
  }

  /** For a provider of ours that has the processor in its list: its settings hold where the processor has none. */
  adopt(provider: ProviderLeaving): void {
    const own = leavingOf(this.#given.options, this.#given.masking);
    this.#isInOtherProvider = !provider.readsContext;
    this.#spool.use(this.#given.connection.config.spool?.value ?? provider.spool);
    if (provider.spool !== undefined) this.#begin();
    this.#leaving = {
      masking: own.masking ?? provider.masking,
      mask: own.mask ?? provider.mask,
      spanFilter: own.spanFilter ?? provider.spanFilter,
      translate: own.translate ?? provider.translate,
    };
    this.#delivery.current?.leave(this.#leaving);
  }

  onStart(span: Span, parentContext: Context): void {
    if (this.#isOff) return;
    if (!this.#hasBegun) this.#begin();
    if (isOwnCall()) {
      this.#own.add(span);
      return;
    }
    noteSeen(span);
    if (this.#leaving.translate !== false) noteRelatives(span, parentContext);
    if (this.#isInOtherProvider) {
      notePhoenixSpan(span);
      orderStart(span);
      keepContext();
      addAttributesFromContext(span, parentContext);
    }
    if (areRequestsKnown()) noteStarted(span.spanContext());
    decideProject(span, parentContext);
    if (this.#leaving.spanFilter !== undefined) this.#delivery.spanStarted(span);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#isOff || this.#own.has(span) || !this.#delivery.add(span)) return;
    this.#begin();
    if (this.#isRetired) this.#untieOnceEmpty();
    spanEndedAtExit();
    this.#requestFlush.spanEnded(() => isRootHere(span));
  }

  /** Waits until every span that ended before is delivered, 10 s at most. Resolves also when the server is down. */
  async forceFlush(): Promise<void> {
    await this.flush();
  }

  /** As {@link forceFlush}, with what it achieved. */
  async flush(timeoutMillis?: number): Promise<FlushResult> {
    const [result] = await Promise.all([
      this.#delivery.flush(timeoutMillis),
      this.#spool.flush(timeoutMillis),
    ]);
    return result;
  }

  /** What became of every span so far: `emitted` is the sum of the others. */
  stats(): DeliveryStats {
    return this.#spool.withStats(this.#delivery.stats());
  }

  /** Flushes, 10 s at most by default, says what is left behind, and counts later spans as dropped. */
  async shutdown(timeoutMillis?: number): Promise<void> {
    this.#isShutdown = true;
    await Promise.all([this.#delivery.shutdown(timeoutMillis), this.#spool.flush(timeoutMillis)]);
    this.#spool.stop();
    this.#untie();
  }

  /**
   * For a processor whose provider was replaced: whenever it is empty, it holds nothing of the process, neither the exit
   * flush nor a connection. Spans that end late are delivered as ever.
   */
  retire(): void {
    this.#isRetired = true;
    this.#spool.stop();
    this.#untieOnceEmpty();
  }

  readonly #flushWithin: Flush = (limitMillis) => this.flush(limitMillis);

  /** From here on the end of the process concerns this processor: there may be spans that are open, or stored. */
  #begin(): void {
    this.#hasBegun = true;
    this.#tie();
  }

  /** Lets `withFlush` know of this processor, and the exit flush once there is something to flush. */
  #tie(): void {
    if (this.#isShutdown) return;
    if (this.#ties.length === 0) this.#ties.push(addFlush(this.#flushWithin));
    if (this.#ties.length > 1 || !this.#hasBegun || !this.#settings.flushOnExit) return;
    const source = createExitSource(this.#delivery, this.#spool);
    this.#ties.push(flushOnExit(source, currentSurroundings().environment));
  }

  #untie(): void {
    for (const undo of this.#ties) undo();
    this.#ties = [];
    this.#emptyWatch?.clear();
    this.#emptyWatch = undefined;
  }

  #untieOnceEmpty(): void {
    if (this.#isShutdown || this.#emptyWatch !== undefined) return;
    if (this.#delivery.pendingSpans > 0) {
      this.#emptyWatch = setTimer(() => {
        this.#emptyWatch = undefined;
        this.#untieOnceEmpty();
      }, EMPTY_WATCH_MILLIS);
      return;
    }
    this.#untie();
    this.#delivery.current?.rest();
  }
}
