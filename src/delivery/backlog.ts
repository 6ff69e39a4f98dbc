// What waits: spans that were never sent, and batches that came back. Says what of it goes next, and when.
import type { Batch, Item } from "./batch.ts";
import type { Clock } from "./clock.ts";
import type { DeliveryQueue } from "./delivery-queue.ts";
import type { Flushes } from "./flushes.ts";
import type { RequestLimit } from "./request-limit.ts";
import { RetryLine } from "./retry-line.ts";

/** What a {@link Backlog} works with. */
export interface BacklogParts<T extends Item> {
  readonly queue: DeliveryQueue<T>;
  readonly limit: RequestLimit;
  readonly flushes: Flushes;
  readonly clock: Clock;
  readonly batchBytes: number;
  readonly maxBatchItems: number;
  readonly delayMillis: number;
}

/** The spans that are not on their way. */
export class Backlog<T extends Item> {
  readonly #parts: BacklogParts<T>;
  /** Batches that came back. */
  readonly line: RetryLine<T> = new RetryLine();
  #waitingSinceMillis = 0;

  constructor(parts: BacklogParts<T>) {
    this.#parts = parts;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.line.empty && this.#parts.queue.length === 0;
  }

  /** A span was queued; gives whether a batch is full with it. */
  queued(): boolean {
    const { queue, clock } = this.#parts;
    if (queue.length === 1) this.#waitingSinceMillis = clock.now();
    return this.#isFull(Infinity);
  }

  /** When the next batch is due, of at most `mostBytes`: a full one at once, others after the delay. */
  dueAtMillis(mostBytes: number): number {
    const { queue, flushes, delayMillis } = this.#parts;
    if (!this.line.empty) return 0;
    if (queue.length === 0) return Infinity;
    if (this.#isFull(mostBytes) || queue.headNumber < flushes.mark) return 0;
    return this.#waitingSinceMillis + delayMillis;
  }

  /** Takes the next batch, of at most `mostBytes` unless one span has more; `undefined` when none is due. */
  next(mostBytes: number): Batch<T> | undefined {
    const { queue, clock } = this.#parts;
    const returned = this.line.empty ? undefined : this.line.next(queue.length > 0);
    if (returned !== undefined) return this.#trim(returned, this.#target(mostBytes));
    if (this.line.empty && this.dueAtMillis(mostBytes) > clock.now()) return undefined;
    return this.#take(this.#target(mostBytes));
  }

  /** Takes everything, in batches of the usual size. */
  takeAll(): Batch<T>[] {
    const batches = this.line.takeAll();
    for (;;) {
      const batch = this.#take(this.#target(Infinity));
      if (batch === undefined) return batches;
      batches.push(batch);
    }
  }

  #take(maxBytes: number): Batch<T> | undefined {
    const { queue, clock, maxBatchItems } = this.#parts;
    this.#waitingSinceMillis = clock.now();
    return queue.take(maxBytes, maxBatchItems);
  }

  /** How many bytes a batch is filled up to. */
  #target(mostBytes: number): number {
    return Math.min(this.#parts.batchBytes, this.#parts.limit.bytes, mostBytes);
  }

  #isFull(mostBytes: number): boolean {
    const { queue, maxBatchItems } = this.#parts;
    return queue.waitingBytes >= this.#target(mostBytes) || queue.length >= maxBatchItems;
  }

  /** Cuts a returned batch to what is sent now; the rest goes back in line. */
  #trim(batch: Batch<T>, maxBytes: number): Batch<T> {
    let bytes = 0;
    let count = 0;
    for (const item of batch.items) {
      bytes += item.byteLength;
      if (count > 0 && bytes > maxBytes) break;
      count++;
    }
    if (count === batch.items.length) return batch;
    const [first, rest] = batch.split(count);
    this.line.insert(rest);
    return first;
  }
}
