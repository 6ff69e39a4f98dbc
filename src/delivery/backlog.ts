// Every span that is not settled, and the one owner of the batches they are in: those that wait and those that are out.
// What an answer makes of a batch is decided in outcomes.ts.
import type { Batch, Item } from "./batch.ts";
import type { Batching } from "./batching.ts";
import type { Counters, DropReason } from "./counters.ts";
import type { DeliveryQueue } from "./delivery-queue.ts";
import { RetryLine } from "./retry-line.ts";

/**
 * A span is queued, then in a batch that is out (on its way, or handed over to the exit), then settled, or back in line
 * with its batch, a half of it, or cut. Nobody else moves a batch.
 */
export class Backlog<T extends Item> {
  readonly #queue: DeliveryQueue<T>;
  readonly #batching: Batching<T>;
  readonly #counters: Counters;
  /** Batches that came back. */
  readonly #line: RetryLine<T> = new RetryLine();
  readonly #out = new Set<Batch<T>>();

  constructor(queue: DeliveryQueue<T>, batching: Batching<T>, counters: Counters) {
    this.#queue = queue;
    this.#batching = batching;
    this.#counters = counters;
  }

  /** Spans that are not settled. */
  get pending(): number {
    return this.#queue.heldItems;
  }

  /** Those of them that are out. */
  get inFlight(): number {
    let spans = 0;
    for (const { items } of this.#out) spans += items.length;
    return spans;
  }

  /** The batches that are out. */
  get out(): ReadonlySet<Batch<T>> {
    return this.#out;
  }

  /** Whether a span waits that was never refused alone. */
  get hasUntried(): boolean {
    return this.#queue.length > 0 || this.#line.hasUntried;
  }

  /** Whether nothing but one batch that is out is left to deliver. */
  get isOneBatch(): boolean {
    return this.#out.size === 1 && this.#line.empty && this.#queue.length === 0;
  }

  /** Number of the oldest span that is not settled. */
  get oldestPending(): number {
    let oldest = this.#queue.headNumber;
    for (const { first } of this.#batches()) oldest = Math.min(oldest, first);
    return oldest;
  }

  /** Spans with a number below `mark` that are not settled. */
  pendingBelow(mark: number): number {
    const { headNumber, nextNumber } = this.#queue;
    let spans = Math.max(0, Math.min(mark, nextNumber) - headNumber);
    for (const { first, items } of this.#batches()) {
      spans += Math.max(0, Math.min(items.length, mark - first));
    }
    return spans;
  }

  /** When the next batch is due, of at most `mostBytes`: what came back at once. */
  dueAtMillis(mostBytes: number): number {
    return this.#line.empty ? this.#batching.dueAtMillis(mostBytes) : 0;
  }

  /**
   * Takes the next batch out, of at most `mostBytes` unless one span has more; `undefined` when none is due.
   * `untriedFirst`: a span that was refused alone lets all others go before it, and of those in line one goes that is
   * far from what was refused.
   */
  next(mostBytes: number, nowMillis: number, untriedFirst: boolean): Batch<T> | undefined {
    const othersWait = this.#queue.length > 0;
    const untried = untriedFirst ? this.#line.takeUntried() : undefined;
    if (untried !== undefined) return this.#takeOut(this.#onlyMiddle(untried));
    const isPassedBy = this.#line.empty || (untriedFirst && othersWait);
    const returned = isPassedBy ? undefined : this.#line.next(othersWait);
    if (returned !== undefined) return this.#takeOut(this.#trim(returned, mostBytes));
    if (this.#line.empty && this.#batching.dueAtMillis(mostBytes) > nowMillis) return undefined;
    return this.#takeOut(this.#batching.take(mostBytes));
  }

  /** Takes everything out, in batches of the usual size and in order; what was out already is among it. */
  takeAll(): Batch<T>[] {
    for (const batch of this.#line.takeAll()) this.#out.add(batch);
    for (
      let batch = this.#batching.take(Infinity);
      batch !== undefined;
      batch = this.#batching.take(Infinity)
    ) {
      this.#out.add(batch);
    }
    return [...this.#out].toSorted((a, b) => a.first - b.first);
  }

  /** The batch waits for its next turn. */
  putBack(batch: Batch<T>): void {
    this.#out.delete(batch);
    this.#line.insert(batch);
  }

  /** The batch waits for its next turn, a span from its middle alone. Only for a batch of several. */
  putApart(batch: Batch<T>): void {
    this.#out.delete(batch);
    this.#line.insert(this.#onlyMiddle(batch));
  }

  /** Cuts the first spans off a batch; both parts are out, and the first is given. */
  cutOff(batch: Batch<T>, count: number): Batch<T> {
    const [first, rest] = batch.split(count);
    this.#out.delete(batch);
    this.#takeOut(rest);
    return this.#takeOut(first);
  }

  /** Batches are kept beyond the process; gives how many spans these are. */
  kept(batches: readonly Batch<T>[]): number {
    let spans = 0;
    for (const batch of batches) {
      spans += batch.items.length;
      this.#out.delete(batch);
      this.#queue.release(batch.items);
    }
    this.#counters.spooled += spans;
    return spans;
  }

  /** The batch waits for its next turn in halves. */
  halve(batch: Batch<T>): void {
    this.#out.delete(batch);
    for (const half of batch.halves()) this.#line.insert(half);
  }

  /** The halves of a batch take its place, out as it was. Only for a batch of several. */
  halveOut(batch: Batch<T>): Batch<T>[] {
    this.#out.delete(batch);
    return batch.halves().map((half) => this.#takeOut(half));
  }

  /** Another span takes the place of a lone one, out as it was. */
  replace(batch: Batch<T>, item: T): Batch<T> {
    this.#out.delete(batch);
    this.#queue.replace(batch.items[0]!, item);
    return this.#takeOut(batch.replace(item));
  }

  /** Nobody needs the batch any more; so many spans of it are lost. */
  settle(batch: Batch<T>, reason: DropReason, lost: number): void {
    this.#counters.dropped[reason] += lost;
    this.#out.delete(batch);
    this.#queue.release(batch.items);
  }

  /** Gives everything up, as `shutdown()` does at its end; gives how many spans that were. */
  giveUp(): number {
    const spans = this.pending;
    for (const batch of this.takeAll()) this.settle(batch, "shutdown", batch.items.length);
    return spans;
  }

  *#batches(): Generator<Batch<T>> {
    yield* this.#line;
    yield* this.#out;
  }

  #takeOut<B extends Batch<T> | undefined>(batch: B): B {
    if (batch !== undefined) this.#out.add(batch);
    return batch;
  }

  /** Cuts a returned batch to what is sent now; the rest goes back in line. */
  #trim(batch: Batch<T>, mostBytes: number): Batch<T> {
    const count = batch.countWithin(this.#batching.targetBytes(mostBytes));
    if (count === batch.items.length) return batch;
    const [first, rest] = batch.split(count);
    this.#line.insert(rest);
    return first;
  }

  /** Cuts a batch to the span in its middle; the others go back in line. */
  #onlyMiddle(batch: Batch<T>): Batch<T> {
    const [middle, ...others] = batch.middleFirst();
    for (const other of others) this.#line.insert(other);
    return middle;
  }
}
