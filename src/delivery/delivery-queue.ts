// The spans that wait, bounded by bytes; those on their way count until they are settled.
import { Batch, type Item } from "./batch.ts";

/** What a queued span is taken to cost beside its bytes: its objects are 83 bytes on Node 20, a slab has gaps. */
const ITEM_OVERHEAD_BYTES = 192;

/** Bounds of a {@link DeliveryQueue}. */
export interface QueueBounds {
  /** Bytes of waiting and in-flight spans together, with 192 for each span's objects. */
  readonly maxBytes: number;
  /** Spans, waiting and in-flight together. */
  readonly maxItems: number;
}

/** A first-in first-out queue of encoded spans that refuses what does not fit. */
export class DeliveryQueue<T extends Item> {
  readonly #bounds: QueueBounds;
  readonly #discard: (item: T) => void;
  #items: T[] = [];
  /** Where in `#items` the oldest waiting span is. */
  #head = 0;
  #accepted = 0;
  #waitingBytes = 0;
  #heldBytes = 0;
  #heldItems = 0;

  /** `discard` is told of each span that nobody needs any more. */
  constructor(bounds: QueueBounds, discard: (item: T) => void) {
    this.#bounds = bounds;
    this.#discard = discard;
  }

  /** Waiting spans. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Encoded bytes of the waiting spans. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** What counts against the bound: waiting and taken but not released. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Spans that count against the bound. */
  get heldItems(): number {
    return this.#heldItems;
  }

  /** Number of the next span to be queued; the first one ever has 0. */
  get nextNumber(): number {
    return this.#accepted;
  }

  /** Number of the oldest waiting span, or {@link nextNumber} when none waits. */
  get headNumber(): number {
    return this.#accepted - this.length;
  }

  /** Whether a span has room when nothing else is held. */
  couldHold({ byteLength }: T): boolean {
    return byteLength + ITEM_OVERHEAD_BYTES <= this.#bounds.maxBytes;
  }

  /** Queues a span, unless the bound says no. */
  offer(item: T): boolean {
    const cost = item.byteLength + ITEM_OVERHEAD_BYTES;
    if (this.#heldBytes + cost > this.#bounds.maxBytes) return false;
    if (this.#heldItems + 1 > this.#bounds.maxItems) return false;
    this.#items.push(item);
    this.#accepted++;
    this.#waitingBytes += item.byteLength;
    this.#heldBytes += cost;
    this.#heldItems++;
    return true;
  }

  /** Takes the oldest spans, at least one and as many as fit; they are held until {@link release}. */
  take(maxBytes: number, maxItems: number): Batch<T> | undefined {
    if (this.length === 0) return undefined;
    const first = this.headNumber;
    let end = this.#head;
    let bytes = 0;
    for (; end < this.#items.length && end - this.#head < maxItems; end++) {
      const next = this.#items[end]!.byteLength;
      if (end > this.#head && bytes + next > maxBytes) break;
      bytes += next;
    }
    const taken = this.#items.slice(this.#head, end);
    this.#waitingBytes -= bytes;
    this.#forget(end);
    return new Batch(taken, first);
  }

  /** Gives back the room of spans that were taken. */
  release(items: readonly T[]): void {
    for (const item of items) {
      this.#heldBytes -= item.byteLength + ITEM_OVERHEAD_BYTES;
      this.#discard(item);
    }
    this.#heldItems -= items.length;
  }

  /** Holds another span instead of a taken one, when its strings were cut. */
  replace(before: T, after: T): void {
    this.#discard(before);
    this.#heldBytes += after.byteLength - before.byteLength;
  }

  /** Moves the head, now and then closing the gap in front of it so that taken spans can be collected. */
  #forget(end: number): void {
    if (end > 1024 && end * 2 > this.#items.length) {
      this.#items = this.#items.slice(end);
      this.#head = 0;
      return;
    }
    // The slots are emptied by fill: an array with holes would be slow from then on.
    this.#items.fill(undefined as never, this.#head, end);
    this.#head = end;
  }
}
