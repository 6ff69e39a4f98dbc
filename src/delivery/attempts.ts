// Batches on their way: each is joined to a request and sent, and its answer handed on.
import type { Batch, Item } from "./batch.ts";
import type { Clock } from "./clock.ts";
import type { RequestLimit } from "./request-limit.ts";
import type { Answer, Sender } from "./sender.ts";

/** What {@link Attempts} work with. */
export interface AttemptsParts<T extends Item> {
  readonly sender: Sender;
  readonly join: (items: readonly T[], spare?: Uint8Array) => Uint8Array;
  readonly ready: (items: readonly T[]) => Promise<unknown> | undefined;
  readonly limit: RequestLimit;
  readonly clock: Clock;
  readonly attemptTimeoutMillis: number;
  readonly batchBytes: number;
}

/** One sending of a batch. */
export interface Attempt<T extends Item> {
  readonly batch: Batch<T>;
  readonly startedAtMillis: number;
  readonly timeoutMillis: number;
}

/** What can become of an attempt. */
export interface AttemptEnds<T extends Item> {
  /** The server answered, or the network did. The batch is on its way until it is taken back. */
  answered(attempt: Attempt<T>, request: Uint8Array, answer: Answer): void;
  /** The request would be larger by `excess` than a request may be. Gives whether something smaller took its place. */
  tooLarge(batch: Batch<T>, excess: number): boolean;
  /** No request could be made of the batch. */
  failed(batch: Batch<T>, why: string): void;
}

/** Requests from here on leave their memory to the next. */
const SPARE_BYTES = 64 * 1024;

/** The batches that are on their way. The same one may be sent twice at a time. */
export class Attempts<T extends Item> {
  readonly #parts: AttemptsParts<T>;
  readonly #ends: AttemptEnds<T>;
  readonly #batches = new Set<Batch<T>>();
  /** Requests that were taken; their memory serves the next ones. */
  readonly #spares: Uint8Array[] = [];

  constructor(parts: AttemptsParts<T>, ends: AttemptEnds<T>) {
    this.#parts = parts;
    this.#ends = ends;
  }

  /** How many batches are on their way. */
  get size(): number {
    return this.#batches.size;
  }

  /** Spans in them. */
  get spans(): number {
    let spans = 0;
    for (const batch of this.#batches) spans += batch.items.length;
    return spans;
  }

  [Symbol.iterator](): Iterator<Batch<T>> {
    return this.#batches.values();
  }

  has(batch: Batch<T>): boolean {
    return this.#batches.has(batch);
  }

  /** The batch is not on its way any more: an answer that still comes does not count. */
  takeBack(batch: Batch<T>): void {
    this.#batches.delete(batch);
  }

  /** Takes all back, and gives them. */
  takeAll(): Batch<T>[] {
    const batches = [...this.#batches];
    this.#batches.clear();
    return batches;
  }

  /** Sends a batch, as soon as what its request needs is there. Its deadline is the usual one, or sooner. */
  start(batch: Batch<T>, limitMillis: number): void {
    const { clock, ready, attemptTimeoutMillis } = this.#parts;
    const timeoutMillis = Math.min(attemptTimeoutMillis, limitMillis);
    const attempt = { batch, startedAtMillis: clock.now(), timeoutMillis };
    this.#batches.add(batch);
    batch.attempts++;
    const waiting = ready(batch.items);
    if (waiting === undefined) {
      this.#send(attempt);
      return;
    }
    // A resource whose detectors never finish is sent as it is.
    let begun = false;
    const begin = (): void => {
      if (begun) return;
      begun = true;
      deadline.clear();
      if (this.#batches.has(batch)) this.#send(attempt);
      else batch.attempts--;
    };
    const deadline = clock.setTimer(begin, attemptTimeoutMillis);
    waiting.then(begin, begin);
  }

  /** A taken request is read by nobody any more. The memory of a small one is not worth it, that of a giant too much. */
  reuse(request: Uint8Array): void {
    const bytes = request.byteLength;
    if (bytes >= SPARE_BYTES && bytes <= 2 * this.#parts.batchBytes) this.#spares.push(request);
  }

  #send(attempt: Attempt<T>): void {
    const { join, limit, sender } = this.#parts;
    const { batch, timeoutMillis } = attempt;
    let request: Uint8Array;
    try {
      request = join(batch.items, this.#spares.pop());
    } catch (error) {
      this.#ends.failed(batch, String(error));
      return;
    }
    const excess = request.byteLength - limit.bytes;
    if (excess > 0 && this.#ends.tooLarge(batch, excess)) return;
    const answered = (answer: Answer): void => {
      batch.attempts--;
      // Settled by another attempt, taken over by the exit path, or given up by shutdown meanwhile.
      if (this.#batches.has(batch)) this.#ends.answered(attempt, request, answer);
    };
    sender
      .send(request, timeoutMillis)
      .then(answered, (error: unknown) =>
        answered({ kind: "network", code: undefined, message: String(error) }),
      );
  }
}
