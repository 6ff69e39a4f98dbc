// Delivers encoded spans: every span given to it is delivered, or its loss is counted and said.
import { rearm, sayOnce } from "../diagnostics.ts";
import { Attempts } from "./attempts.ts";
import { Backlog } from "./backlog.ts";
import type { Item } from "./batch.ts";
import { Batching } from "./batching.ts";
import type { Judged } from "./classify.ts";
import { systemClock } from "./clock.ts";
import { Counters, type DeliveryStats, someOf } from "./counters.ts";
import { DeliveryMessages } from "./delivery-messages.ts";
import type { DeliveryOptions } from "./delivery-options.ts";
import { DeliveryQueue } from "./delivery-queue.ts";
import { Dispatcher } from "./dispatcher.ts";
import { ExitHandover } from "./exit-handover.ts";
import { Flushes } from "./flushes.ts";
import { Keeping, type RequestStore } from "./keeping.ts";
import { Outcomes } from "./outcomes.ts";
import { RequestLimit } from "./request-limit.ts";
import { Schedule } from "./schedule.ts";
import type { Sender } from "./sender.ts";
import { ServerState } from "./server-state.ts";
import { guardedShrink, type Shrink } from "./shrink.ts";
import { SpareRequests } from "./spare-requests.ts";

/** What a flush achieved. */
export interface FlushResult {
  /** Spans delivered while it lasted. */
  readonly delivered: number;
  /** Spans that ended before it and still wait. */
  readonly pending: number;
  /** Spans given up while it lasted. */
  readonly dropped: number;
  /** Spans that `spanFilter` kept back so far, where there is one. */
  readonly filtered?: number;
  /** Spans that `shutdown()` kept on disk while it lasted, where that were some. */
  readonly spooled?: number;
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
  readonly #shrink: Shrink<T>;
  readonly #discard: (item: T) => void;
  readonly #maxQueueBytes: number;
  readonly #counters = new Counters();
  readonly #queue: DeliveryQueue<T>;
  readonly #batching: Batching<T>;
  readonly #flushes: Flushes;
  readonly #messages: DeliveryMessages;
  readonly #server: ServerState;
  readonly #backlog: Backlog<T>;
  readonly #dispatcher: Dispatcher<T>;
  readonly #handover: ExitHandover<T>;
  readonly #keeping: Keeping<T>;
  readonly #leaving: () => void;
  #shutdown: Promise<void> | undefined;

  constructor(options: DeliveryOptions<T>) {
    const { sender, join, clock = systemClock, discard = () => undefined, immediate = false } = options;
    const { batchBytes = MEBIBYTE / 2, maxBatchItems = Infinity, delayMillis = 500 } = options;
    const { attemptTimeoutMillis = 10_000, exportTimeoutMillis = Infinity } = options;
    const maxItems = options.maxQueueItems ?? Infinity;
    this.#sender = sender;
    this.#shrink = guardedShrink(options.shrink);
    this.#discard = discard;
    this.#maxQueueBytes = options.maxQueueBytes ?? 64 * MEBIBYTE;
    this.#queue = new DeliveryQueue<T>({ maxBytes: this.#maxQueueBytes, maxItems }, discard);
    this.#flushes = new Flushes(clock);
    this.#server = new ServerState(options.random ?? Math.random);
    this.#messages = new DeliveryMessages({
      sender,
      describe: options.describe,
      report: options.report ?? ((diagnostic, episode) => sayOnce(episode, diagnostic)),
      rearm: options.rearm ?? rearm,
      clock,
    });
    const limit = new RequestLimit(sender);
    this.#batching = new Batching(this.#queue, limit, this.#flushes, clock, {
      batchBytes,
      maxBatchItems,
      delayMillis: immediate ? 0 : delayMillis,
    });
    this.#backlog = new Backlog(this.#queue, this.#batching, this.#counters);
    const outcomes = new Outcomes(this.#backlog, limit, this.#shrink, this.#counters, this.#messages);
    const attempts = new Attempts<T>(
      sender,
      join,
      options.ready ?? (() => undefined),
      clock,
      new SpareRequests(2 * batchBytes),
      Math.min(attemptTimeoutMillis, exportTimeoutMillis),
    );
    const mayDouble = sender.repeats !== true;
    const schedule = new Schedule(this.#backlog, this.#server, clock, {
      most: immediate || !mayDouble ? 1 : 2,
      mayDouble,
    });
    this.#dispatcher = new Dispatcher(
      this.#backlog,
      outcomes,
      schedule,
      attempts,
      this.#server,
      this.#flushes,
      this.#messages,
      clock,
      options.sendsWithin ?? false,
    );
    this.#handover = new ExitHandover(this.#backlog, outcomes, join, this.#messages);
    this.#keeping = new Keeping(this.#backlog, outcomes, join);
    this.#leaving = options.leaving ?? (() => undefined);
  }

  /** Whether the server could not be reached, by the latest attempt. */
  get isServerAway(): boolean {
    return this.#server.isAway;
  }

  /** Why spans are not delivered, where the setting came from, and what to do. */
  get explanation(): string {
    return this.#messages.explanation;
  }

  /** Takes a span. It is delivered, or its loss is counted. */
  add(item: T): void {
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
      const { heldItems, heldBytes } = this.#queue;
      if (this.#queue.couldHold(fitted)) this.#messages.overflowed(heldItems, heldBytes);
      else this.#messages.overQueue(fitted.name, fitted.byteLength, this.#maxQueueBytes);
      return;
    }
    this.#dispatcher.queued(this.#batching.queued());
  }

  /** Counts a span of which no item could be made, and says `why`. */
  addUnreadable(name: string, why: string): void {
    this.#counters.emitted++;
    this.#counters.dropped.unreadable++;
    this.#messages.unreadable(name, why);
  }

  /**
   * Waits until every span that ended before the call is delivered or given up, in-flight ones included,
   * at most `timeoutMillis`, from 0 to `Infinity`. Resolves early when the server answers that a setting is wrong.
   */
  async flush(timeoutMillis: number = FLUSH_TIMEOUT_MILLIS): Promise<FlushResult> {
    const mark = this.#queue.nextNumber;
    const delivered = this.#counters.delivered;
    const dropped = this.#counters.droppedTotal;
    const spooled = this.#counters.spooled;
    await this.#flushTo(mark, timeoutMillis, false);
    return {
      delivered: this.#counters.delivered - delivered,
      pending: this.#backlog.pendingBelow(mark),
      dropped: this.#counters.droppedTotal - dropped,
      ...someOf("spooled", this.#counters.spooled - spooled),
    };
  }

  /**
   * {@link flush} for a process that is about to end: says nothing about failures, since the exit says
   * what is left, and resolves early when the server turns out to be away.
   */
  async flushBeforeExit(timeoutMillis: number): Promise<void> {
    await this.#flushTo(this.#queue.nextNumber, timeoutMillis, true);
  }

  /**
   * Flushes for at most `timeoutMillis`, from 0 to `Infinity`, then gives up what is left, says so, and closes the
   * sender. Later spans are counted as dropped. The first call counts.
   */
  shutdown(timeoutMillis: number = FLUSH_TIMEOUT_MILLIS): Promise<void> {
    this.#shutdown ??= this.#flushTo(this.#queue.nextNumber, timeoutMillis, false).then(() => {
      this.#leaving();
      const spans = this.#backlog.giveUp();
      if (spans > 0) this.#messages.leftBehind(spans);
      this.#dispatcher.resume();
      this.#sender.close();
    });
    return this.#shutdown;
  }

  /** The counters; the sum always holds. */
  stats(): DeliveryStats {
    const { pending, inFlight } = this.#backlog;
    return {
      emitted: this.#counters.emitted,
      delivered: this.#counters.delivered,
      queued: pending - inFlight,
      inFlight,
      filtered: 0,
      dropped: { ...this.#counters.dropped },
      ...someOf("spooled", this.#counters.spooled),
      heldBytes: this.#queue.heldBytes,
    };
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
  settleExit(judged: readonly (Judged | undefined)[]): boolean {
    const helps = this.#handover.settle(judged);
    this.#dispatcher.resume();
    return helps;
  }

  /**
   * Hands everything that is not settled to a store, oldest spans first, those in flight included: their answers no
   * longer count. Gives how many it keeps; what it has no room for waits on.
   */
  keep(store: RequestStore): number {
    const spans = this.#keeping.keep(store);
    if (spans > 0) this.#messages.kept();
    this.#dispatcher.resume();
    return spans;
  }

  #flushTo(mark: number, timeoutMillis: number, isLast: boolean): Promise<void> {
    if (this.#backlog.oldestPending >= mark) return Promise.resolve();
    const flushed = this.#flushes.wait(mark, timeoutMillis, isLast);
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
