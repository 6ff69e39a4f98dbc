// What delivery hands over when the process ends, and takes back with the answers.
import { errorText } from "../diagnostics.ts";
import type { Backlog } from "./backlog.ts";
import type { Batch, Item } from "./batch.ts";
import type { Judged } from "./classify.ts";
import type { DeliveryMessages } from "./delivery-messages.ts";
import type { Join } from "./delivery-options.ts";
import type { Outcomes } from "./outcomes.ts";

/** Each is a round. */
const MAX_LONE_PROBES = 4;

/** A batch, and how large its request is. */
interface HandedOver<T extends Item> {
  readonly batch: Batch<T>;
  readonly request: Uint8Array;
}

/** Batches that somebody else sends, within one turn of the event loop. */
export class ExitHandover<T extends Item> {
  readonly #backlog: Backlog<T>;
  readonly #outcomes: Outcomes<T>;
  readonly #join: Join<T>;
  readonly #messages: DeliveryMessages;
  /** How many more times a lone span may go to see whether the server takes any. */
  #loneProbes = MAX_LONE_PROBES;
  #handedOver: readonly { readonly batch: Batch<T>; readonly requestBytes: number }[] = [];

  constructor(backlog: Backlog<T>, outcomes: Outcomes<T>, join: Join<T>, messages: DeliveryMessages) {
    this.#backlog = backlog;
    this.#outcomes = outcomes;
    this.#join = join;
    this.#messages = messages;
  }

  /** Gives everything that is not settled as requests, oldest spans first. Never throws. */
  take(): Uint8Array[] {
    const made = this.#backlog.takeAll().flatMap((batch) => this.#made(batch));
    this.#handedOver = made.map(({ batch, request }) => ({ batch, requestBytes: request.byteLength }));
    return made.map(({ request }) => request);
  }

  /** Does what the answers to the requests of {@link take} ask for; gives whether taking again would help at once. */
  settle(judged: readonly (Judged | undefined)[]): boolean {
    const answered = this.#handedOver
      .map((each, index) => ({ ...each, judged: judged[index] }))
      // Not what was settled otherwise meanwhile.
      .filter(({ batch }) => this.#backlog.out.has(batch));
    this.#handedOver = [];
    // Before those that were taken at the same time count.
    for (const { batch, judged } of answered) {
      if (judged?.verdict.action === "reject") this.#outcomes.refused(batch);
    }
    let taken = 0;
    for (const { batch, judged } of answered) {
      if (judged?.verdict.action !== "ack") continue;
      this.#outcomes.taken(batch, judged.verdict);
      taken++;
    }
    if (taken > 0) this.#messages.delivered(this.#backlog.pending);
    // One request alone may be what the server fails at; among several that all fail it is the server.
    const othersWork = answered.length === 1 || taken > 0;
    const helps = answered.map((each) =>
      this.#settleRefused(each.batch, each.requestBytes, each.judged, othersWork),
    );
    return helps.includes(true);
  }

  #settleRefused(
    batch: Batch<T>,
    requestBytes: number,
    judged: Judged | undefined,
    othersWork: boolean,
  ): boolean {
    const verdict = judged?.verdict;
    switch (verdict?.action) {
      case "ack":
        return false;
      case "split":
        this.#outcomes.tooLarge(batch, requestBytes, verdict.limitBytes);
        return true;
      case "reject":
        if (!this.#outcomes.refused(batch)) break;
        this.#outcomes.reject(batch, verdict.text);
        return true;
      default:
    }
    const { pending } = this.#backlog;
    const { hasWorked } = this.#outcomes;
    if (judged !== undefined) this.#messages.failed(judged, pending, hasWorked, true);
    if (verdict?.action === "reject" && this.#loneProbes > 0 && batch.items.length > 1) {
      this.#loneProbes--;
      this.#backlog.putApart(batch);
      return true;
    }
    const isSuspect = verdict?.action === "retry" && verdict.doubtful && othersWork && batch.items.length > 1;
    if (isSuspect) this.#backlog.halve(batch);
    else this.#backlog.putBack(batch);
    return isSuspect;
  }

  /** The batch with its request, or its parts with theirs when a span in it is one that no request can be made of. */
  #made(batch: Batch<T>): HandedOver<T>[] {
    try {
      return [{ batch, request: this.#join(batch.items) }];
    } catch (error) {
      return this.#outcomes.separate(batch, errorText(error)).flatMap((part) => this.#made(part));
    }
  }
}
