// What becomes of a batch that was sent: settled, or back in line as it is, in halves, or cut.
import type { Backlog } from "./backlog.ts";
import type { Batch, Item } from "./batch.ts";
import type { Judged, Verdict } from "./classify.ts";
import type { Counters } from "./counters.ts";
import type { DeliveryMessages } from "./delivery-messages.ts";
import type { RequestLimit } from "./request-limit.ts";
import type { Shrink } from "./shrink.ts";
import { nextAfterRetry } from "./suspicion.ts";

/** Does to batches of the backlog what answers ask for, and says what is lost. */
export class Outcomes<T extends Item> {
  readonly #backlog: Backlog<T>;
  readonly #limit: RequestLimit;
  readonly #shrink: Shrink<T>;
  readonly #counters: Counters;
  readonly #messages: DeliveryMessages;
  #acceptedRequests = 0;

  constructor(
    backlog: Backlog<T>,
    limit: RequestLimit,
    shrink: Shrink<T>,
    counters: Counters,
    messages: DeliveryMessages,
  ) {
    this.#backlog = backlog;
    this.#limit = limit;
    this.#shrink = shrink;
    this.#counters = counters;
    this.#messages = messages;
  }

  /** Whether a server ever took a request. */
  get hasWorked(): boolean {
    return this.#acceptedRequests > 0;
  }

  /** A server took the request, but for the spans it says it did not. */
  taken(batch: Batch<T>, { rejectedSpans, text }: Extract<Verdict, { action: "ack" }>): void {
    this.#acceptedRequests++;
    const { length } = batch.items;
    const rejected = Math.min(length, Math.max(0, rejectedSpans));
    this.#counters.delivered += length - rejected;
    this.#backlog.settle(batch, "partial_success", rejected);
    if (rejected > 0 || text !== "") this.#messages.partial(rejected, text);
  }

  /** The request failed in a way that may pass: it goes again; in parts when its size or a span of it may be the cause. */
  retry(batch: Batch<T>, requestBytes: number, answer: Judged["answer"], doubtful: boolean): void {
    const isAlone = this.#backlog.isOneBatch;
    const acceptedRequests = this.#acceptedRequests;
    switch (nextAfterRetry(batch, answer, { requestBytes, doubtful, acceptedRequests, isAlone })) {
      case "again":
        this.#backlog.putBack(batch);
        break;
      case "halve":
        this.#backlog.halve(batch);
        break;
      case "shrink":
        this.#backlog.putBack(this.#shortened(batch, batch.byteLength >> 1, "reset") ?? batch);
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
      this.#backlog.halve(batch);
      return;
    }
    const headers = requestBytes - batch.byteLength;
    const smaller = lowered ? this.#shortened(batch, this.#limit.bytes - headers) : undefined;
    if (smaller === undefined) this.#drop(batch, "too_large", "");
    else this.#backlog.putBack(smaller);
  }

  /**
   * Before a request is sent: one over the limit is put back in halves, or cut when it has one span. Gives whether it
   * was; where nothing can be cut the server has the last word.
   */
  makeFit(batch: Batch<T>, requestBytes: number): boolean {
    const excess = requestBytes - this.#limit.bytes;
    if (excess <= 0) return false;
    if (batch.items.length > 1) {
      this.#backlog.halve(batch);
      return true;
    }
    const smaller = this.#shortened(batch, batch.byteLength - excess);
    if (smaller !== undefined) this.#backlog.putBack(smaller);
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
    if (batch.items.length > 1) this.#backlog.halve(batch);
    else this.#drop(batch, "rejected", text);
  }

  /** The server refused the request and perhaps everything: it waits, and lets others go first. */
  putAside(batch: Batch<T>): void {
    batch.refusals++;
    batch.steppedAside = true;
    this.#backlog.putBack(batch);
  }

  /** No request can be made of the batch: its halves take its place, out as it was, and a lone span is dropped. */
  separate(batch: Batch<T>, why: string): Batch<T>[] {
    if (batch.items.length > 1) return this.#backlog.halveOut(batch);
    this.#backlog.settle(batch, "unreadable", 1);
    this.#messages.unreadable(batch.items[0]!.name, why);
    return [];
  }

  #drop(batch: Batch<T>, reason: "rejected" | "too_large", text: string): void {
    this.#backlog.settle(batch, reason, batch.items.length);
    this.#messages.dropped(batch.items[0]!.name, reason, text);
  }

  /** A lone span with its longest values cut, out in the place of its batch. */
  #shortened(batch: Batch<T>, maxBytes: number, why?: "reset"): Batch<T> | undefined {
    const item = batch.items[0]!;
    const shrunk = this.#shrink(item, maxBytes);
    if (shrunk === undefined) return undefined;
    const shortened = this.#backlog.replace(batch, shrunk.item);
    this.#messages.cut(item.name, item.byteLength, why ?? this.#limit.bytes, shrunk.cuts);
    return shortened;
  }
}
