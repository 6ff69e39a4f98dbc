// What goes next, and when: batches while the server takes them, probes while there is a hold.
import type { Backlog } from "./backlog.ts";
import type { Batch, Item } from "./batch.ts";
import type { Clock } from "./clock.ts";
import type { ServerState } from "./server-state.ts";

/** What a probe carries at most, when it is more than one span. */
const PROBE_BYTES = 64 * 1024;
/** Of a server that refuses what it is sent: no more than a span. */
const LONE_BYTES = 1;
/** The deadline of a probe that goes beside one without an answer. */
const SECOND_PROBE_MILLIS = 2_000;

/** A batch to send now. */
export interface Due<T extends Item> {
  readonly batch: Batch<T>;
  /** Upper bound of its deadline. */
  readonly limitMillis: number;
}

/** How many requests may be under way. */
export interface Concurrency {
  /** While the server takes them. */
  readonly most: number;
  /** Whether a second probe may go beside one that gets no answer. */
  readonly mayDouble: boolean;
}

/** Takes batches out of the backlog as the state of the server allows. */
export class Schedule<T extends Item> {
  readonly #backlog: Backlog<T>;
  readonly #server: ServerState;
  readonly #clock: Clock;
  readonly #concurrency: Concurrency;

  constructor(backlog: Backlog<T>, server: ServerState, clock: Clock, concurrency: Concurrency) {
    this.#backlog = backlog;
    this.#server = server;
    this.#clock = clock;
    this.#concurrency = concurrency;
  }

  /** Takes out what is to be sent now; `undefined` when nothing is. */
  next(): Due<T> | undefined {
    if (this.#notBeforeMillis > this.#clock.now()) return undefined;
    const isFirst = this.#hasRoom;
    const batch = isFirst ? this.#nextBatch() : this.#secondProbe();
    if (batch === undefined) return undefined;
    this.#server.probed(this.#clock.now());
    // The first probe keeps the whole time, so that a server that is only slow is served.
    return { batch, limitMillis: isFirst ? Infinity : SECOND_PROBE_MILLIS };
  }

  /** When {@link next} has something, unless more happens until then. */
  get dueMillis(): number {
    if (this.#isSilent) return this.#notBeforeMillis;
    if (!this.#hasRoom) return Infinity;
    return Math.max(this.#backlog.dueAtMillis(this.#mostBytes), this.#notBeforeMillis);
  }

  /** Whether a server that refuses what it is sent gets another span at once. */
  get triesAnother(): boolean {
    return this.#server.mayTryAnother && this.#backlog.hasUntried;
  }

  /**
   * What goes beside a probe that a server has let wait: the same once more, as it may be lost while the server
   * is well again, or something else when that is large and would only be slowed down.
   */
  #secondProbe(): Batch<T> | undefined {
    if (!this.#isSilent) return undefined;
    this.#server.probed(this.#clock.now());
    const out = [...this.#backlog.out];
    if (out.reduce((attempts, batch) => attempts + batch.attempts, 0) > 1) return undefined;
    const same = out.find(isSmall);
    if (same !== undefined) return same;
    const other = this.#nextBatch();
    if (other === undefined || isSmall(other)) return other;
    this.#backlog.putBack(other);
    return undefined;
  }

  #nextBatch(): Batch<T> | undefined {
    return this.#backlog.next(this.#mostBytes, this.#clock.now(), this.#server.hold?.kind === "refused");
  }

  /** While there is a hold nothing but probes is sent: one small request at a time, and a second one beside a silent one. */
  get #hasRoom(): boolean {
    return this.#backlog.out.size < (this.#server.hold === undefined ? this.#concurrency.most : 1);
  }

  get #mostBytes(): number {
    const { hold } = this.#server;
    if (hold === undefined) return Infinity;
    return hold.kind === "refused" ? LONE_BYTES : PROBE_BYTES;
  }

  get #notBeforeMillis(): number {
    return this.triesAnother ? 0 : (this.#server.hold?.untilMillis ?? 0);
  }

  /** Whether a server that was away has a request it did not answer. */
  get #isSilent(): boolean {
    return this.#server.isAway && this.#backlog.out.size > 0 && this.#concurrency.mayDouble;
  }
}

const isSmall = ({ byteLength }: Batch<Item>): boolean => byteLength <= PROBE_BYTES;
