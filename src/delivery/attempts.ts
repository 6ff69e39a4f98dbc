// One sending of a batch: joined to a request, sent, and what came of it handed on.
import { errorText } from "../diagnostics.ts";
import { testMode } from "../test-mode.ts";
import type { Batch, Item } from "./batch.ts";
import type { Clock } from "./clock.ts";
import type { Join, Ready } from "./delivery-options.ts";
import type { Answer, Sender } from "./sender.ts";
import type { SpareRequests } from "./spare-requests.ts";

/** What is told of a request that is not sent, since `phoenix-otel/testing` is loaded. */
const TAKEN: Answer = { kind: "http", status: 200 };

/** A batch on its way. The same one may be sent twice at a time. */
export interface Attempt<T extends Item> {
  readonly batch: Batch<T>;
  readonly request: Uint8Array;
  readonly startedAtMillis: number;
}

/** What can become of an attempt. */
export interface AttemptEnds<T extends Item> {
  /** Whether the batch is still to be sent, after its request had to wait. */
  isWanted(batch: Batch<T>): boolean;
  /** No request could be made of the batch. */
  unmade(batch: Batch<T>, why: string): void;
  /** The request is made; gives whether it is sent. */
  made(batch: Batch<T>, requestBytes: number): boolean;
  /** The server answered, or the network did. */
  answered(attempt: Attempt<T>, answer: Answer): void;
}

/** Sends batches. Knows nothing of what was sent before or comes next, and never throws. */
export class Attempts<T extends Item> {
  readonly #sender: Sender;
  readonly #join: Join<T>;
  readonly #ready: Ready<T>;
  readonly #clock: Clock;
  readonly #spares: SpareRequests;
  readonly #timeoutMillis: number;

  constructor(
    sender: Sender,
    join: Join<T>,
    ready: Ready<T>,
    clock: Clock,
    spares: SpareRequests,
    timeoutMillis: number,
  ) {
    this.#sender = sender;
    this.#join = join;
    this.#ready = ready;
    this.#clock = clock;
    this.#spares = spares;
    this.#timeoutMillis = timeoutMillis;
  }

  /** Sends a batch as soon as what its request needs is there. Its deadline is the usual one, or sooner. */
  start(batch: Batch<T>, limitMillis: number, ends: AttemptEnds<T>): void {
    const startedAtMillis = this.#clock.now();
    batch.attempts++;
    const begin = (): void => {
      if (ends.isWanted(batch)) this.#send(batch, startedAtMillis, limitMillis, ends);
      else batch.attempts--;
    };
    const waiting = this.#waitFor(batch);
    if (waiting === undefined) begin();
    else void waiting.then(begin);
  }

  /** A server took the request: nobody reads it any more. */
  reuse({ request }: Attempt<T>): void {
    this.#spares.give(request);
  }

  /** Resolves when the request can be made; a resource whose detectors never finish is sent as it is. */
  #waitFor({ items }: Batch<T>): Promise<void> | undefined {
    let waiting: Promise<unknown> | undefined;
    try {
      waiting = this.#ready(items);
    } catch {
      // Whether a request can be made of these spans is for the join to find out.
    }
    if (waiting === undefined) return undefined;
    return new Promise((resolve) => {
      const deadline = this.#clock.setTimer(resolve, this.#timeoutMillis);
      const stop = (): void => {
        deadline.clear();
        resolve();
      };
      waiting.then(stop, stop);
    });
  }

  #send(batch: Batch<T>, startedAtMillis: number, limitMillis: number, ends: AttemptEnds<T>): void {
    let request: Uint8Array;
    try {
      request = this.#spares.use(batch.byteLength, (spare) => this.#join(batch.items, spare));
    } catch (error) {
      batch.attempts--;
      ends.unmade(batch, errorText(error));
      return;
    }
    if (!ends.made(batch, request.byteLength)) {
      batch.attempts--;
      return;
    }
    const answered = (answer: Answer): void => {
      batch.attempts--;
      ends.answered({ batch, request, startedAtMillis }, answer);
    };
    const sent = this.#sent(request, Math.min(this.#timeoutMillis, limitMillis));
    if ("kind" in sent) answered(sent);
    else void sent.then(answered);
  }

  /** A sender is not to throw or reject, but it may be anybody's code. */
  #sent(request: Uint8Array, timeoutMillis: number): Answer | Promise<Answer> {
    const failed = (error: unknown): Answer => ({
      kind: "network",
      code: undefined,
      message: errorText(error),
    });
    try {
      const sent = testMode.isOn ? TAKEN : this.#sender.send(request, timeoutMillis);
      return "kind" in sent ? sent : sent.catch(failed);
    } catch (error) {
      return failed(error);
    }
  }
}
