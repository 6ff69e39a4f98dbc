// Spans that travel together, from leaving the queue until they are delivered or dropped.

/** What delivery knows of a span. */
export interface Item {
  /** For messages. */
  readonly name: string;
  /** What the span takes in a request. */
  readonly byteLength: number;
}

/** A run of spans in the order they ended, and what became of the attempts to send it. */
export class Batch<T extends Item> {
  readonly items: readonly T[];
  /** Number of the first span, counted over everything that was ever queued. */
  readonly first: number;
  /** Attempts that are not answered yet: one, and another beside it while the server is silent. */
  attempts = 0;
  /** Doubtful failures in a row: a span in here may have caused them, or the server. */
  doubts = 0;
  /** Requests that had been accepted at the last doubt: more since then show that the server works. */
  acceptedBeforeDoubt = 0;
  /** Connections in a row that were reset under this batch. */
  resets = 0;
  /** Whether another batch goes first next time, to tell a suspect span from a failing server. */
  steppedAside = false;
  /** Requests that had been accepted when it, or the batch it is a part of, was first refused. */
  acceptedBeforeRefusal: number | undefined;
  /** How often it was refused as it is. */
  refusals = 0;

  constructor(items: readonly T[], first: number) {
    this.items = items;
    this.first = first;
  }

  /** What its spans take in a request. */
  get byteLength(): number {
    return this.items.reduce((bytes, item) => bytes + item.byteLength, 0);
  }

  /** Number of the last span. */
  get last(): number {
    return this.first + this.items.length - 1;
  }

  /** Whether it is a lone span that was refused: sending it again tells nothing new. */
  get isRefusedAlone(): boolean {
    return this.items.length === 1 && this.refusals > 0;
  }

  /** How many of its first spans have at most `maxBytes` together; at least one. */
  countWithin(maxBytes: number): number {
    let bytes = 0;
    for (const [index, item] of this.items.entries()) {
      bytes += item.byteLength;
      if (index > 0 && bytes > maxBytes) return index;
    }
    return this.items.length;
  }

  /** Lets another batch go first next time, to see how that one fares. */
  stepAside(acceptedRequests: number): void {
    this.acceptedBeforeDoubt = acceptedRequests;
    this.steppedAside = true;
  }

  /** Both halves. Only for a batch of several. */
  halves(): [Batch<T>, Batch<T>] {
    return this.split(this.items.length >> 1);
  }

  /** The span in the middle alone, and what stands before and behind it. */
  middleFirst(): [middle: Batch<T>, ...others: Batch<T>[]] {
    if (this.items.length === 1) return [this];
    const [before, from] = this.halves();
    if (from.items.length === 1) return [from, before];
    const [middle, behind] = from.split(1);
    return [middle, before, behind];
  }

  /** Splits behind the first `count` spans; both parts keep the doubts. */
  split(count: number): [Batch<T>, Batch<T>] {
    return [this.#part(0, count), this.#part(count, this.items.length)];
  }

  /** The same place in line with another span in it. Only for a batch of one. */
  replace(item: T): Batch<T> {
    const replaced = this.#part(0, 1, [item]);
    replaced.resets = 0;
    return replaced;
  }

  #part(from: number, to: number, items: readonly T[] = this.items.slice(from, to)): Batch<T> {
    const part = new Batch(items, this.first + from);
    part.doubts = this.doubts;
    part.acceptedBeforeDoubt = this.acceptedBeforeDoubt;
    part.acceptedBeforeRefusal = this.acceptedBeforeRefusal;
    return part;
  }
}
