// What delivery hands over when the process ends, and takes back with the answers.
import type { Batch, Item } from "./batch.ts";
import type { Judged } from "./classify.ts";
import type { Dispatcher } from "./dispatcher.ts";

/** A batch, and how large its request is. */
interface HandedOver<T extends Item> {
  readonly batch: Batch<T>;
  readonly bytes: number;
}

/** Batches that somebody else sends, within one turn of the event loop. */
export class ExitHandover<T extends Item> {
  readonly #dispatcher: Dispatcher<T>;
  readonly #join: (items: readonly T[]) => Uint8Array;
  #batches: readonly HandedOver<T>[] = [];

  constructor(dispatcher: Dispatcher<T>, join: (items: readonly T[]) => Uint8Array) {
    this.#dispatcher = dispatcher;
    this.#join = join;
  }

  /** Spans that are handed over. */
  get spans(): number {
    return this.#batches.reduce((total, { batch }) => total + batch.items.length, 0);
  }

  /** Gives everything that is not settled as requests, oldest spans first. */
  take(): Uint8Array[] {
    const requests = this.#dispatcher.takeAll().flatMap((batch) => this.#joined(batch));
    this.#batches = requests.map(({ batch, request }) => ({ batch, bytes: request.byteLength }));
    return requests.map(({ request }) => request);
  }

  /** A batch that cannot be joined costs the span that is the cause, and no other. */
  #joined(batch: Batch<T>): { batch: Batch<T>; request: Uint8Array }[] {
    try {
      return [{ batch, request: this.#join(batch.items) }];
    } catch (error) {
      const { length } = batch.items;
      if (length > 1) return batch.split(length >> 1).flatMap((half) => this.#joined(half));
      const text = String(error);
      const answer = { kind: "network", code: undefined, message: text } as const;
      this.#dispatcher.settleExit(batch, 0, { answer, verdict: { action: "reject", text } }, false);
      return [];
    }
  }

  /** Does what the answers to the requests of {@link take} ask for; gives whether taking again would help. */
  settle(answers: readonly (Judged | undefined)[]): boolean {
    const batches = this.#batches;
    this.#batches = [];
    // One request alone may be what the server fails at; among several that all fail it is the server.
    const othersWork = batches.length === 1 || answers.some((judged) => judged?.verdict.action === "ack");
    const again = batches.map(({ batch, bytes }, index) =>
      this.#dispatcher.settleExit(batch, bytes, answers[index], othersWork),
    );
    return again.includes(true);
  }
}
