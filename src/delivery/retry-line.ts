// Batches that came back, in the order of their spans, ahead of everything still in the queue.
import type { Batch, Item } from "./batch.ts";

/** Batches that wait for another attempt. */
export class RetryLine<T extends Item> {
  readonly #batches: Batch<T>[] = [];

  /** Spans in line. */
  get spans(): number {
    return this.#batches.reduce((spans, batch) => spans + batch.items.length, 0);
  }

  /** Whether nothing is in line. */
  get empty(): boolean {
    return this.#batches.length === 0;
  }

  /** Whether a span in line was never refused alone. */
  get hasUntried(): boolean {
    return this.#batches.some((batch) => !batch.isRefusedAlone);
  }

  /** Puts a batch where its spans belong. */
  insert(batch: Batch<T>): void {
    let at = this.#batches.length;
    while (at > 0 && this.#batches[at - 1]!.first > batch.first) at--;
    this.#batches.splice(at, 0, batch);
  }

  /**
   * Takes the first batch that does not step aside, the least refused span where all are alone. When all do, and others wait behind the line, there
   * is none this once; the next call gives the first.
   */
  next(othersWait: boolean): Batch<T> | undefined {
    let at = this.#first();
    if (at !== 0) for (const batch of this.#batches) batch.steppedAside = false;
    if (at === -1) {
      if (othersWait) return undefined;
      at = 0;
    }
    return this.#batches.splice(at, 1)[0];
  }

  #first(): number {
    const refusals = (batch: Batch<T>): number => (batch.isRefusedAlone ? batch.refusals : 0);
    let first = -1;
    for (const [at, batch] of this.#batches.entries()) {
      if (batch.steppedAside) continue;
      if (first === -1 || refusals(batch) < refusals(this.#batches[first]!)) first = at;
    }
    return first;
  }

  /** Takes the batch with the most spans, unless each was refused alone. */
  takeUntried(): Batch<T> | undefined {
    let most = -1;
    for (const [at, batch] of this.#batches.entries()) {
      if (batch.isRefusedAlone) continue;
      if (most === -1 || batch.items.length > this.#batches[most]!.items.length) most = at;
    }
    return most === -1 ? undefined : this.#batches.splice(most, 1)[0];
  }

  /** Takes everything. */
  takeAll(): Batch<T>[] {
    return this.#batches.splice(0);
  }

  [Symbol.iterator](): Iterator<Batch<T>> {
    return this.#batches[Symbol.iterator]();
  }
}
