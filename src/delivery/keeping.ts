// What delivery gives to a store that outlives the process.
import { errorText } from "../diagnostics.ts";
import type { Backlog } from "./backlog.ts";
import type { Batch, Item } from "./batch.ts";
import type { Join } from "./delivery-options.ts";
import type { Outcomes } from "./outcomes.ts";

/** Keeps requests beyond the process. No method throws. */
export interface RequestStore {
  /** Bytes that one more request may have. */
  readonly roomBytes: number;
  /** Takes a request of so many spans; gives whether there was room for it. */
  add(request: Uint8Array, spans: number): boolean;
  /** Makes all that was added permanent, as a whole; gives whether it is. */
  commit(): boolean;
}

/** Hands batches to a store, the oldest spans first, as far as there is room. */
export class Keeping<T extends Item> {
  readonly #backlog: Backlog<T>;
  readonly #outcomes: Outcomes<T>;
  readonly #join: Join<T>;

  constructor(backlog: Backlog<T>, outcomes: Outcomes<T>, join: Join<T>) {
    this.#backlog = backlog;
    this.#outcomes = outcomes;
    this.#join = join;
  }

  /** Gives how many spans are kept and settled thereby; the others wait again. Never throws. */
  keep(store: RequestStore): number {
    const kept: Batch<T>[] = [];
    let hasRoom = true;
    for (const batch of this.#backlog.takeAll()) hasRoom &&= this.#add(batch, store, kept);
    const spans = kept.length > 0 && store.commit() ? this.#backlog.kept(kept) : 0;
    for (const batch of this.#backlog.out) this.#backlog.putBack(batch);
    return spans;
  }

  /** Adds a batch, or as many of its first spans as there is room for; gives whether all of it was added. */
  #add(batch: Batch<T>, store: RequestStore, kept: Batch<T>[]): boolean {
    const request = this.#joined(batch);
    if (typeof request === "string") {
      return this.#outcomes.separate(batch, request).every((part) => this.#add(part, store, kept));
    }
    if (store.add(request, batch.items.length)) {
      kept.push(batch);
      return true;
    }
    const headerBytes = request.byteLength - batch.byteLength;
    const count = batch.countWithin(store.roomBytes - headerBytes);
    if (count < batch.items.length) this.#add(this.#backlog.cutOff(batch, count), store, kept);
    return false;
  }

  /** The request, or why none can be made. */
  #joined(batch: Batch<T>): Uint8Array | string {
    try {
      return this.#join(batch.items);
    } catch (error) {
      return errorText(error);
    }
  }
}
