// Every span that is not settled, and the one owner of the batches they are in: those that wait and those that are out.
import type { Batch, Item } from "./batch.ts";
import type { Batching } from "./batching.ts";
import type { Judged, Verdict } from "./classify.ts";
import type { Counters, DropReason } from "./counters.ts";
import type { DeliveryMessages } from "./delivery-messages.ts";
import type { DeliveryQueue } from "./delivery-queue.ts";
import type { RequestLimit } from "./request-limit.ts";
import { RetryLine } from "./retry-line.ts";
import type { Shrink } from "./shrink.ts";
import { nextAfterRetry } from "./suspicion.ts";

/**
 * A span is queued, then in a batch that is out (on its way, or handed over to the exit), then settled, or back in line
 * with its batch, a half of it, or cut. Nobody else moves a batch.
 */
export class Backlog<T extends Item> {
  readonly #queue: DeliveryQueue<T>;
  readonly #batching: Batching<T>;
  readonly #limit: RequestLimit;
  readonly #shrink: Shrink<T>;
  readonly #counters: Counters;
  readonly #messages: DeliveryMessages;
  /** Batches that came back. */
  readonly #line: RetryLine<T> = new RetryLine();
  readonly #out = new Set<Batch<T>>();
  #acceptedRequests = 0;

  constructor(
    queue: DeliveryQueue<T>,
    batching: Batching<T>,
    limit: RequestLimit,
    shrink: Shrink<T>,
    counters: Counters,
    messages: DeliveryMessages,
  ) {
    this.#queue = queue;
    this.#batching = batching;
    this.#limit = limit;
    this.#shrink = shrink;
    this.#counters = counters;
    this.#messages = messages;
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

  /** Whether a server ever took a request. */
  get hasWorked(): boolean {
    return this.#acceptedRequests > 0;
  }

  /** Whether a span waits that was never refused alone. */
  get hasUntried(): boolean {
    return this.#queue.length > 0 || this.#line.hasUntried;
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

  /** A server took the request, but for the spans it says it did not. */
  taken(batch: Batch<T>, { rejectedSpans, text }: Extract<Verdict, { action: "ack" }>): void {
    this.#acceptedRequests++;
    const { length } = batch.items;
    const rejected = Math.min(length, Math.max(0, rejectedSpans));
    this.#counters.delivered += length - rejected;
    this.#settle(batch, "partial_success", rejected);
    if (rejected > 0 || text !== "") this.#messages.partial(rejected, text);
  }

  /** The request failed in a way that may pass: it goes again; in parts when its size or a span of it may be the cause. */
  retry(batch: Batch<T>, requestBytes: number, answer: Judged["answer"], doubtful: boolean): void {
    const isAlone = this.#out.size === 1 && this.#line.empty && this.#queue.length === 0;
    const acceptedRequests = this.#acceptedRequests;
    switch (nextAfterRetry(batch, answer, { requestBytes, doubtful, acceptedRequests, isAlone })) {
      case "again":
        this.putBack(batch);
        break;
      case "halve":
        this.halve(batch);
        break;
      case "shrink":
        this.putBack(this.#shortened(batch, batch.byteLength >> 1, "reset") ?? batch);
        break;
      case "drop":
        this.#drop(batch, "rejected", "it fails again and again while others are taken");
    }
  }

  /** A server found the request too large: it goes in halves, and a lone span is cut, or dropped where that is not possible. */
  tooLarge(batch: Batch<T>, requestBytes: number, limitBytes: number | undefined): void {
    const lowered = this.#limit.learn(requestBytes, limitBytes);
    if (lowered) this.#messages.splitLearned(requestBytes, this.#limit.bytes);
    if (batch.items.length > 1) {
      this.halve(batch);
      return;
    }
    const headers = requestBytes - batch.byteLength;
    const smaller = lowered ? this.#shortened(batch, this.#limit.bytes - headers) : undefined;
    if (smaller === undefined) this.#drop(batch, "too_large", "");
    else this.putBack(smaller);
  }

  /**
   * Before a request is sent: one over the limit is put back in halves, or cut when it has one span. Gives whether it
   * was; where nothing can be cut the server has the last word.
   */
  makeFit(batch: Batch<T>, requestBytes: number): boolean {
    const excess = requestBytes - this.#limit.bytes;
    if (excess <= 0) return false;
    if (batch.items.length > 1) {
      this.halve(batch);
      return true;
    }
    const smaller = this.#shortened(batch, batch.byteLength - excess);
    if (smaller !== undefined) this.putBack(smaller);
    return smaller !== undefined;
  }

  /**
   * The server refused the request for what is in it. Gives whether that is the fault of a span: whether others were
   * taken since it was first refused.
   */
  refused(batch: Batch<T>): boolean {
    batch.acceptedBeforeRefusal ??= this.#acceptedRequests;
    return this.#acceptedRequests > batch.acceptedBeforeRefusal;
  }

  /** The server never takes the request, but others: its halves tell which span is the cause, and that one is dropped. */
  reject(batch: Batch<T>, text: string): void {
    if (batch.items.length > 1) this.halve(batch);
    else this.#drop(batch, "rejected", text);
  }

  /** The server refused the request and perhaps everything: it waits, and lets others go first. */
  putAside(batch: Batch<T>): void {
    batch.refusals++;
    batch.steppedAside = true;
    this.putBack(batch);
  }

  /** The batch waits for its next turn, a span from its middle alone. Only for a batch of several. */
  putApart(batch: Batch<T>): void {
    this.#out.delete(batch);
    this.#line.insert(this.#onlyMiddle(batch));
  }

  /** No request can be made of the batch: its halves take its place, out as it was, and a lone span is dropped. */
  separate(batch: Batch<T>, why: string): Batch<T>[] {
    if (batch.items.length > 1) {
      this.#out.delete(batch);
      return batch.halves().map((half) => this.#takeOut(half));
    }
    this.#settle(batch, "unreadable", 1);
    this.#messages.unreadable(batch.items[0]!.name, why);
    return [];
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

  /** Gives everything up, as `shutdown()` does at its end; gives how many spans that were. */
  giveUp(): number {
    const spans = this.pending;
    for (const batch of this.takeAll()) this.#settle(batch, "shutdown", batch.items.length);
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

  #drop(batch: Batch<T>, reason: "rejected" | "too_large", text: string): void {
    this.#settle(batch, reason, batch.items.length);
    this.#messages.dropped(batch.items[0]!.name, reason, text);
  }

  /** Nobody needs the batch any more; so many spans of it are lost. */
  #settle(batch: Batch<T>, reason: DropReason, lost: number): void {
    this.#counters.dropped[reason] += lost;
    this.#out.delete(batch);
    this.#queue.release(batch.items);
  }

  /** A lone span with its longest values cut, out in the place of its batch. */
  #shortened(batch: Batch<T>, maxBytes: number, why?: "reset"): Batch<T> | undefined {
    const item = batch.items[0]!;
    const shrunk = this.#shrink(item, maxBytes);
    if (shrunk === undefined) return undefined;
    this.#out.delete(batch);
    this.#queue.replace(item, shrunk.item);
    this.#messages.cut(item.name, item.byteLength, why ?? this.#limit.bytes, shrunk.cuts);
    return this.#takeOut(batch.replace(shrunk.item));
  }
}
