// When spans that were never sent make a batch, and how large it is.
import type { Batch, Item } from "./batch.ts";
import type { Clock } from "./clock.ts";
import type { DeliveryQueue } from "./delivery-queue.ts";
import type { Flushes } from "./flushes.ts";
import type { RequestLimit } from "./request-limit.ts";

/** How full a batch gets, and how long its first span waits for others. */
export interface BatchBounds {
  readonly batchBytes: number;
  readonly maxBatchItems: number;
  readonly delayMillis: number;
}

/** Makes batches of the queued spans. */
export class Batching<T extends Item> {
  readonly #queue: DeliveryQueue<T>;
  readonly #limit: RequestLimit;
  readonly #flushes: Flushes;
  readonly #clock: Clock;
  readonly #bounds: BatchBounds;
  #waitingSinceMillis = 0;

  constructor(
    queue: DeliveryQueue<T>,
    limit: RequestLimit,
    flushes: Flushes,
    clock: Clock,
    bounds: BatchBounds,
  ) {
    this.#queue = queue;
    this.#limit = limit;
    this.#flushes = flushes;
    this.#clock = clock;
    this.#bounds = bounds;
  }

  /** A span was queued; gives whether a batch is full with it. */
  queued(): boolean {
    if (this.#queue.length === 1) this.#waitingSinceMillis = this.#clock.now();
    return this.#isFull(Infinity);
  }

  /** When the next batch is due, of at most `mostBytes`: a full one at once, others after the delay or for a flush. */
  dueAtMillis(mostBytes: number): number {
    if (this.#queue.length === 0) return Infinity;
    if (this.#isFull(mostBytes) || this.#queue.headNumber < this.#flushes.mark) return 0;
    return this.#waitingSinceMillis + this.#bounds.delayMillis;
  }

  /** Takes a batch of at most `mostBytes`, unless one span has more; `undefined` when no span is queued. */
  take(mostBytes: number): Batch<T> | undefined {
    this.#waitingSinceMillis = this.#clock.now();
    return this.#queue.take(this.targetBytes(mostBytes), this.#bounds.maxBatchItems);
  }

  /** How many bytes a batch is filled up to when it may have `mostBytes`. */
  targetBytes(mostBytes: number): number {
    return Math.min(this.#bounds.batchBytes, this.#limit.bytes, mostBytes);
  }

  #isFull(mostBytes: number): boolean {
    const { length, waitingBytes } = this.#queue;
    return waitingBytes >= this.targetBytes(mostBytes) || length >= this.#bounds.maxBatchItems;
  }
}
