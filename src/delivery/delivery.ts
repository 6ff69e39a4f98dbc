// Delivers encoded spans: every span given to it is delivered, or its loss is counted and said.
import { rearm, sayOnce } from "../diagnostics.ts";
import type { Item } from "./batch.ts";
import type { Judged } from "./classify.ts";
import { type Clock, systemClock } from "./clock.ts";
import { Counters, type DeliveryStats } from "./counters.ts";
import { DeliveryMessages, type Report } from "./delivery-messages.ts";
import { DeliveryQueue } from "./delivery-queue.ts";
import { Dispatcher } from "./dispatcher.ts";
import { ExitHandover } from "./exit-handover.ts";
import type { DeliveryDescription } from "./failure-text.ts";
import { Flushes } from "./flushes.ts";
import type { Shrunk } from "./outcomes.ts";
import { RequestLimit } from "./request-limit.ts";
import type { Sender } from "./sender.ts";

/** Options of {@link Delivery}. */
export interface DeliveryOptions<T extends Item> {
  readonly sender: Sender;
  /** Builds the bytes of one request, in the memory of `spare` where that is of use. Called once per attempt. */
  readonly join: (items: readonly T[], spare?: Uint8Array) => Uint8Array;
  /** A promise when something the request needs, as async resource attributes, is not there yet. */
  readonly ready?: (items: readonly T[]) => Promise<unknown> | undefined;
  /** Shortens a span to `maxBytes`; `undefined` when that is not possible. */
  readonly shrink?: (item: T, maxBytes: number) => Shrunk<T> | undefined;
  /** Told once of each span that delivery does not need any more. */
  readonly discard?: (item: T) => void;
  /** What settings are called in messages. */
  readonly describe: DeliveryDescription;
  /** Sends each span at once, with one request under way at a time. For `SimpleSpanProcessor`. */
  readonly immediate?: boolean;
  /** Most bytes in memory, in-flight spans included. 64 MiB. */
  readonly maxQueueBytes?: number;
  /** Most spans in memory (`OTEL_BSP_MAX_QUEUE_SIZE`). Not bounded: bytes are. */
  readonly maxQueueItems?: number;
  /** Bytes a request is filled up to. 512 KiB. */
  readonly batchBytes?: number;
  /** Most spans of a request (`OTEL_BSP_MAX_EXPORT_BATCH_SIZE`). Not bounded: bytes are. */
  readonly maxBatchItems?: number;
  /** How long a span waits for others (`OTEL_BSP_SCHEDULE_DELAY`). 500 ms. */
  readonly delayMillis?: number;
  /** Deadline of one attempt (`OTEL_EXPORTER_OTLP_TIMEOUT`). 10 s. */
  readonly attemptTimeoutMillis?: number;
  /** Upper bound of the attempt's deadline (`OTEL_BSP_EXPORT_TIMEOUT`). */
  readonly exportTimeoutMillis?: number;
  /** How long `forceFlush`, `flush` and `shutdown` wait unless the call says otherwise. 10 s. */
  readonly flushTimeoutMillis?: number;
  /** Prints a message once per episode. */
  readonly report?: Report;
  /** Ends an episode, so that it is told again next time. */
  readonly rearm?: (episode: string) => void;
  readonly clock?: Clock;
  /** Gives numbers from 0 up to 1. */
  readonly random?: () => number;
}

/** What a flush achieved. */
export interface FlushResult {
  /** Spans delivered while it lasted. */
  readonly delivered: number;
  /** Spans that ended before it and still wait. */
  readonly pending: number;
  /** Spans given up while it lasted. */
  readonly dropped: number;
}

/** How long a flush and a shutdown wait unless they are told otherwise. */
export const FLUSH_TIMEOUT_MILLIS = 10_000;

const MEBIBYTE = 1024 * 1024;
/** Room that a request needs beside its one span, for resource and scope. */
const HEADROOM_BYTES = 64 * 1024;

/**
 * The state machine between a span processor and a {@link Sender}: a queue bounded by bytes, requests
 * bounded by bytes, retries without end for what may pass, probes for what needs a changed setting,
 * and bisection for what a server refuses. No method throws or rejects.
 */
export class Delivery<T extends Item> {
  readonly #sender: Sender;
  readonly #shrink: (item: T, maxBytes: number) => Shrunk<T> | undefined;
  readonly #discard: (item: T) => void;
  readonly #flushTimeoutMillis: number;
  readonly #maxQueueBytes: number;
  readonly #counters = new Counters();
  readonly #queue: DeliveryQueue<T>;
  readonly #flushes: Flushes;
  readonly #messages: DeliveryMessages;
  readonly #dispatcher: Dispatcher<T>;
  readonly #handover: ExitHandover<T>;
  #shutdown: Promise<void> | undefined;

  constructor(options: DeliveryOptions<T>) {
    const { sender, clock = systemClock, shrink = () => undefined, discard = () => undefined } = options;
    const { attemptTimeoutMillis = 10_000, exportTimeoutMillis = Infinity } = options;
    this.#sender = sender;
    this.#shrink = shrink;
    this.#flushTimeoutMillis = options.flushTimeoutMillis ?? FLUSH_TIMEOUT_MILLIS;
    this.#maxQueueBytes = options.maxQueueBytes ?? 64 * MEBIBYTE;
    const maxItems = options.maxQueueItems ?? Infinity;
    this.#queue = new DeliveryQueue<T>({ maxBytes: this.#maxQueueBytes, maxItems }, discard);
    this.#discard = discard;
    this.#flushes = new Flushes(clock);
    this.#messages = new DeliveryMessages({
      sender,
      describe: options.describe,
      report: options.report ?? ((diagnostic, episode) => sayOnce(episode, diagnostic)),
      rearm: options.rearm ?? rearm,
      clock,
    });
    this.#dispatcher = new Dispatcher<T>({
      sender,
      shrink,
      clock,
      join: options.join,
      ready: options.ready ?? (() => undefined),
      queue: this.#queue,
      limit: new RequestLimit(sender),
      counters: this.#counters,
      messages: this.#messages,
      flushes: this.#flushes,
      random: options.random ?? Math.random,
      batchBytes: options.batchBytes ?? MEBIBYTE / 2,
      maxBatchItems: options.maxBatchItems ?? Infinity,
      delayMillis: options.immediate ? 0 : (options.delayMillis ?? 500),
      attemptTimeoutMillis: Math.min(attemptTimeoutMillis, exportTimeoutMillis),
      concurrency: options.immediate ? 1 : 2,
    });
    this.#handover = new ExitHandover(this.#dispatcher, options.join);
  }

  /** Whether the server could not be reached, by the latest attempt. */
  get isServerAway(): boolean {
    return this.#dispatcher.isServerAway;
  }

  /** Why spans are not delivered, where the setting came from, and what to do. */
  get explanation(): string {
    return this.#messages.explanation;
  }

  /** Whether sending works, waits after a failure, needs a setting changed, or is over. */
  get state(): "open" | "backoff" | "blocked" | "closed" {
    return this.#shutdown === undefined ? this.#dispatcher.state : "closed";
  }

  /** Takes a span. It is delivered, or its loss is counted. An item without bytes is no span. */
  add(item: T): void {
    if (item.byteLength === 0) return;
    this.#counters.emitted++;
    if (this.#shutdown !== undefined) {
      this.#counters.dropped.after_shutdown++;
      this.#messages.afterShutdown();
      this.#discard(item);
      return;
    }
    const fitted = this.#fitted(item);
    if (!this.#queue.offer(fitted)) {
      this.#discard(fitted);
      this.#counters.dropped.queue_full++;
      if (this.#queue.couldHold(fitted)) this.#messages.overflowed(this.#pending, this.#queue.heldBytes);
      else this.#messages.overQueue(fitted.name, fitted.byteLength, this.#maxQueueBytes);
      return;
    }
    this.#dispatcher.queued();
  }

  /** Counts a span of which no item could be made, and says `why`. */
  addUnreadable(name: string, why: string): void {
    this.#counters.emitted++;
    this.#counters.dropped.unreadable++;
    this.#messages.unreadable(name, why);
  }

  /** {@link flush} as OpenTelemetry's processors have it. */
  async forceFlush(timeoutMillis: number = this.#flushTimeoutMillis): Promise<void> {
    await this.flush(timeoutMillis);
  }

  /**
   * Waits until every span that ended before the call is delivered or given up, in-flight ones included,
   * at most `timeoutMillis`. Resolves early when the server answers that a setting is wrong.
   */
  async flush(timeoutMillis: number = this.#flushTimeoutMillis): Promise<FlushResult> {
    const mark = this.#queue.nextNumber;
    const delivered = this.#counters.delivered;
    const dropped = this.#counters.droppedTotal;
    if (this.#shutdown !== undefined) await this.#shutdown;
    else await this.#flushTo(mark, timeoutMillis);
    return {
      delivered: this.#counters.delivered - delivered,
      pending: this.#dispatcher.pendingBelow(mark),
      dropped: this.#counters.droppedTotal - dropped,
    };
  }

  /** Flushes, then gives up what is left, says so, and closes the sender. Later spans are counted as dropped. */
  shutdown(timeoutMillis: number = this.#flushTimeoutMillis): Promise<void> {
    const flushed = this.#shutdown ?? this.#flushTo(this.#queue.nextNumber, timeoutMillis);
    this.#shutdown ??= flushed.then(() => {
      const left = this.#dispatcher.takeAll();
      const spans = left.reduce((total, batch) => total + batch.items.length, 0);
      this.#counters.dropped.shutdown += spans;
      for (const batch of left) this.#queue.release(batch.items);
      if (spans > 0) this.#messages.leftBehind(spans);
      this.#sender.close();
    });
    return this.#shutdown;
  }

  /** The counters; the sum always holds. */
  stats(): DeliveryStats {
    return {
      emitted: this.#counters.emitted,
      delivered: this.#counters.delivered,
      queued: this.#queue.length + this.#dispatcher.returned,
      inFlight: this.#dispatcher.inFlight + this.#handover.spans,
      dropped: { ...this.#counters.dropped },
      heldBytes: this.#queue.heldBytes,
    };
  }

  /**
   * {@link flush} for a process that is about to end: says nothing about failures, since the exit says
   * what is left, and resolves early when the server turns out to be away.
   */
  async flushBeforeExit(timeoutMillis: number): Promise<void> {
    this.#messages.isQuiet = true;
    this.#dispatcher.isPatient = false;
    await this.flush(timeoutMillis);
    this.#messages.isQuiet = false;
    this.#dispatcher.isPatient = true;
  }

  /**
   * Hands over everything that is not settled as encoded requests, oldest spans first, those in flight
   * included: their answers no longer count. {@link settleExit} must follow, in the same turn of the
   * event loop.
   */
  takeForExit(): Uint8Array[] {
    return this.#handover.take();
  }

  /**
   * Does what the answers to the requests of {@link takeForExit} ask for, in silence; a request without
   * an answer waits again. Gives whether taking again at once would help: smaller requests are waiting.
   */
  settleExit(answers: readonly (Judged | undefined)[]): boolean {
    this.#messages.isQuiet = true;
    const again = this.#handover.settle(answers);
    this.#messages.isQuiet = false;
    this.#flushes.settle(this.#dispatcher.oldestPending);
    return again;
  }

  get #pending(): number {
    return this.#queue.length + this.#dispatcher.returned + this.#dispatcher.inFlight;
  }

  #flushTo(mark: number, timeoutMillis: number): Promise<void> {
    if (this.#dispatcher.oldestPending >= mark) return Promise.resolve();
    const flushed = this.#flushes.wait(mark, timeoutMillis);
    this.#dispatcher.flushing();
    return flushed;
  }

  /** A span that no request could hold is cut before it is queued. */
  #fitted(item: T): T {
    const maxBytes = this.#sender.maxRequestBytes - HEADROOM_BYTES;
    if (item.byteLength <= maxBytes) return item;
    const shrunk = this.#shrink(item, maxBytes);
    if (shrunk === undefined) return item;
    this.#messages.cut(item.name, item.byteLength, this.#sender.maxRequestBytes, shrunk.cuts);
    this.#discard(item);
    return shrunk.item;
  }
}
