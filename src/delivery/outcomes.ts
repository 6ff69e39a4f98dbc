// What becomes of a batch after its answer: settled, back in line, in halves, cut, or dropped.
import type { Batch, Item } from "./batch.ts";
import type { Verdict } from "./classify.ts";
import type { Counters, DropReason } from "./counters.ts";
import type { Cut, DeliveryMessages } from "./delivery-messages.ts";
import type { DeliveryQueue } from "./delivery-queue.ts";
import type { RequestLimit } from "./request-limit.ts";
import type { RetryLine } from "./retry-line.ts";
import type { Answer } from "./sender.ts";

/** What a span was shortened to, and which values it cost. */
export interface Shrunk<T extends Item> {
  readonly item: T;
  readonly cuts: readonly Cut[];
}

/** What {@link Outcomes} work with. */
export interface OutcomesParts<T extends Item> {
  readonly shrink: (item: T, maxBytes: number) => Shrunk<T> | undefined;
  readonly queue: DeliveryQueue<T>;
  readonly limit: RequestLimit;
  readonly counters: Counters;
  readonly messages: DeliveryMessages;
}

/** After so many failures that a span may have caused, the batch is halved to find out which. */
const MAX_DOUBTS = 8;
/** And after so many a span that is alone in its request is dropped, or cut: a server that fails now and then has passed it by then. */
const LAST_DOUBT = 16;
/** From here on, resets look like a limit on the size. */
const RESET_BYTES = 1024 * 1024;
const MAX_RESETS = 3;

/** Does with a batch what its answer asks for. What goes again is put in line. */
export class Outcomes<T extends Item> {
  readonly #parts: OutcomesParts<T>;
  readonly #line: RetryLine<T>;
  /** Requests that were taken so far. */
  acceptedRequests = 0;

  constructor(parts: OutcomesParts<T>, line: RetryLine<T>) {
    this.#parts = parts;
    this.#line = line;
  }

  /** The server took the request, but for the spans it says it did not. */
  ack(batch: Batch<T>, verdict: Extract<Verdict, { action: "ack" }>): void {
    const { counters, queue, messages } = this.#parts;
    this.acceptedRequests++;
    const rejected = Math.min(batch.items.length, Math.max(0, verdict.rejectedSpans));
    counters.delivered += batch.items.length - rejected;
    counters.dropped.partial_success += rejected;
    queue.release(batch.items);
    if (rejected > 0 || verdict.text !== "") messages.partial(rejected, verdict.text);
  }

  /** The request goes again, later; in parts when its size or a span of it may be the cause. */
  retry(batch: Batch<T>, requestBytes: number, answer: Answer, doubtful: boolean, isAlone: boolean): void {
    batch.resets = isReset(answer) && requestBytes > RESET_BYTES ? batch.resets + 1 : 0;
    // Some servers cut the connection instead of answering 413.
    if (batch.resets >= MAX_RESETS) {
      if (batch.items.length > 1) this.bisect(batch);
      else this.#doubtSize(batch);
    } else if (doubtful) this.#doubt(batch, isAlone);
    else this.#line.insert(batch);
  }

  /**
   * Resets are a passing fault, and no reason to cut a span. But they do not pass for one that is larger than the
   * server takes: the others go first, and when they are taken again and again and this one never, it is cut.
   */
  #doubtSize(batch: Batch<T>): void {
    const othersWork = this.acceptedRequests > batch.acceptedBeforeDoubt;
    if (!othersWork) batch.resets = MAX_RESETS;
    batch.acceptedBeforeDoubt = this.acceptedRequests;
    batch.steppedAside = true;
    const smaller =
      batch.resets < LAST_DOUBT ? undefined : this.shrink(batch, batch.items[0]!.byteLength >> 1, "reset");
    this.#line.insert(smaller ?? batch);
  }

  /**
   * A broken span and a broken server give the same answer. So another batch goes next: when that one is
   * taken and this one fails again and again, it holds the broken span and is halved until that is alone.
   */
  #doubt(batch: Batch<T>, isAlone: boolean): void {
    const othersWork = batch.doubts > 0 && this.acceptedRequests > batch.acceptedBeforeDoubt;
    batch.doubts++;
    batch.acceptedBeforeDoubt = this.acceptedRequests;
    batch.steppedAside = true;
    if (batch.doubts < MAX_DOUBTS || !(othersWork || isAlone)) {
      this.#line.insert(batch);
    } else if (batch.items.length > 1) {
      this.bisect(batch);
    } else if (othersWork && batch.doubts >= LAST_DOUBT) {
      this.#drop(batch, "rejected", "it fails again and again while others are taken");
    } else {
      this.#line.insert(batch);
    }
  }

  /** The request was too large: it goes in halves, and a lone span is cut, or dropped where that is not possible. */
  split(batch: Batch<T>, requestBytes: number, limitBytes: number | undefined): void {
    const { limit, messages } = this.#parts;
    const lowered = limit.learn(requestBytes, limitBytes);
    if (lowered) messages.splitLearned(requestBytes, limit.bytes);
    if (batch.items.length > 1) {
      this.bisect(batch);
      return;
    }
    const item = batch.items[0]!;
    const headers = requestBytes - item.byteLength;
    const smaller = lowered ? this.shrink(batch, limit.bytes - headers) : undefined;
    if (smaller === undefined) this.#drop(batch, "too_large", "");
    else this.#line.insert(smaller);
  }

  /** The server will never take the request: its halves tell which span is the cause, and that one is dropped. */
  reject(batch: Batch<T>, text: string): void {
    if (batch.items.length > 1) this.bisect(batch);
    else this.#drop(batch, "rejected", text);
  }

  /** The request goes again in halves. */
  bisect(batch: Batch<T>): void {
    for (const half of batch.split(batch.items.length >> 1)) this.#line.insert(half);
  }

  #drop(batch: Batch<T>, reason: Extract<DropReason, "rejected" | "too_large">, text: string): void {
    const { counters, queue, messages } = this.#parts;
    counters.dropped[reason] += batch.items.length;
    queue.release(batch.items);
    messages.dropped(batch.items[0]!.name, reason, text);
  }

  /** A lone span with its longest values cut, in the same place in line. */
  shrink(batch: Batch<T>, maxBytes: number, why?: "reset"): Batch<T> | undefined {
    const { shrink, queue, messages } = this.#parts;
    const item = batch.items[0]!;
    const shrunk = shrink(item, maxBytes);
    if (shrunk === undefined) return undefined;
    queue.replace(item, shrunk.item);
    messages.cut(item.name, item.byteLength, why ?? this.#parts.limit.bytes, shrunk.cuts);
    return batch.replace(shrunk.item);
  }
}

/** A connection that was made for this request and cut under it. */
function isReset(answer: Answer): boolean {
  return (
    answer.kind === "network" &&
    answer.freshConnection === true &&
    /^(ECONNRESET|EPIPE)$/.test(answer.code ?? "")
  );
}
