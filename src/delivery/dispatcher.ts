// Sends what waits, as much and as often as the server takes, and does what its answers ask for.
import { Alarm } from "./alarm.ts";
import type { Attempt, AttemptEnds, Attempts } from "./attempts.ts";
import type { Backlog } from "./backlog.ts";
import type { Batch, Item } from "./batch.ts";
import { judge, type Judged, type Verdict } from "./classify.ts";
import type { Clock } from "./clock.ts";
import type { DeliveryMessages } from "./delivery-messages.ts";
import type { Flushes } from "./flushes.ts";
import type { Answer } from "./sender.ts";
import type { ServerState } from "./server-state.ts";

/** What a probe carries at most, when it is more than one span. */
const PROBE_BYTES = 64 * 1024;
/** The deadline of a probe that goes beside one without an answer. */
const SECOND_PROBE_MILLIS = 2_000;

/** The sending half of a delivery: batches from the backlog, by attempts, as the state of the server allows. */
export class Dispatcher<T extends Item> implements AttemptEnds<T> {
  readonly #backlog: Backlog<T>;
  readonly #attempts: Attempts<T>;
  readonly #server: ServerState;
  readonly #flushes: Flushes;
  readonly #messages: DeliveryMessages;
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #alarm: Alarm;

  constructor(
    backlog: Backlog<T>,
    attempts: Attempts<T>,
    server: ServerState,
    flushes: Flushes,
    messages: DeliveryMessages,
    clock: Clock,
    concurrency: number,
  ) {
    this.#backlog = backlog;
    this.#attempts = attempts;
    this.#server = server;
    this.#flushes = flushes;
    this.#messages = messages;
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#alarm = new Alarm(clock, () => this.#pump());
  }

  /** A span was queued; `isFull` when a batch is, with it. */
  queued(isFull: boolean): void {
    if (isFull || !this.#alarm.isSet) this.#arm();
  }

  /** A flush began: what waits goes now, and a server that was away is looked at again. */
  flushing(): void {
    this.#server.probeNow(this.#clock.now());
    this.#pump();
  }

  /** Batches were put back or settled by others: flushes that waited for them end, and the rest goes when it is due. */
  resume(): void {
    this.#flushes.settle(this.#backlog.oldestPending);
    this.#arm();
  }

  isWanted(batch: Batch<T>): boolean {
    return this.#backlog.out.has(batch);
  }

  unmade(batch: Batch<T>, why: string): void {
    for (const part of this.#backlog.separate(batch, why)) this.#backlog.putBack(part);
    this.resume();
  }

  made(batch: Batch<T>, requestBytes: number): boolean {
    if (!this.#backlog.makeFit(batch, requestBytes)) return true;
    this.#arm();
    return false;
  }

  answered(attempt: Attempt<T>, answer: Answer): void {
    const { batch, request, startedAtMillis } = attempt;
    // Settled by another attempt, taken over by the exit, or given up by shutdown meanwhile.
    if (!this.#backlog.out.has(batch)) return;
    const judged = judge(answer);
    const { verdict } = judged;
    switch (verdict.action) {
      case "ack":
        this.#attempts.reuse(attempt);
        this.#server.open(startedAtMillis);
        this.#backlog.taken(batch, verdict);
        this.#messages.delivered(this.#backlog.pending);
        break;
      case "retry":
        this.#say(judged);
        this.#backOff(startedAtMillis, verdict, answer);
        // Another attempt at the same may be answered yet.
        if (batch.attempts === 0) this.#backlog.retry(batch, request.byteLength, answer, verdict.doubtful);
        break;
      case "block":
        this.#say(judged);
        this.#server.close("blocked", startedAtMillis, this.#clock.now(), "failing");
        this.#flushes.giveUp(startedAtMillis);
        this.#backlog.putBack(batch);
        break;
      case "split":
        this.#server.open(startedAtMillis);
        this.#backlog.tooLarge(batch, request.byteLength, verdict.limitBytes);
        break;
      case "reject":
        this.#server.open(startedAtMillis);
        this.#backlog.reject(batch, verdict.text);
        break;
    }
    this.#flushes.settle(this.#backlog.oldestPending);
    if (this.#backlog.pending === 0) this.#messages.drained();
    this.#pump();
  }

  #say(judged: Judged): void {
    const { pending, hasWorked } = this.#backlog;
    this.#messages.failed(judged, pending, hasWorked, this.#flushes.isEnding);
  }

  #backOff(
    startedAtMillis: number,
    { pace, retryAfterMillis }: Extract<Verdict, { action: "retry" }>,
    answer: Answer,
  ): void {
    const now = this.#clock.now();
    const isNews = this.#server.close("backoff", startedAtMillis, now, pace, retryAfterMillis);
    if (isNews && pace === "away") this.#flushes.giveUpEnding();
    // Where no server ever was, waiting for one to appear only makes the program slow to end.
    if (answer.kind === "network" && !this.#backlog.hasWorked) this.#flushes.giveUp(startedAtMillis);
  }

  /** Sends what may be sent now, and sets the alarm for the rest. */
  #pump(): void {
    while (this.#notBeforeMillis <= this.#clock.now()) {
      const isFirst = this.#hasRoom;
      const batch = isFirst ? this.#next() : this.#secondProbe();
      if (batch === undefined) break;
      this.#server.probed(this.#clock.now());
      // The first probe keeps the whole time, so that a server that is only slow is served.
      this.#attempts.start(batch, isFirst ? Infinity : SECOND_PROBE_MILLIS, this);
    }
    this.#arm();
  }

  #next(): Batch<T> | undefined {
    return this.#backlog.next(this.#mostBytes, this.#clock.now());
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
    const other = this.#next();
    if (other === undefined || isSmall(other)) return other;
    this.#backlog.putBack(other);
    return undefined;
  }

  /** While there is a hold nothing but probes is sent: one small request at a time, and a second one beside a silent one. */
  get #hasRoom(): boolean {
    return this.#backlog.out.size < (this.#server.hold === undefined ? this.#concurrency : 1);
  }

  get #mostBytes(): number {
    return this.#server.hold === undefined ? Infinity : PROBE_BYTES;
  }

  get #notBeforeMillis(): number {
    return this.#server.hold?.untilMillis ?? 0;
  }

  /** Whether a server that was away has a request it did not answer. */
  get #isSilent(): boolean {
    return this.#server.isAway && this.#backlog.out.size > 0 && this.#attempts.mayDouble;
  }

  #arm(): void {
    this.#alarm.set(this.#dueMillis, this.#flushes.active);
  }

  get #dueMillis(): number {
    if (this.#isSilent) return this.#notBeforeMillis;
    if (!this.#hasRoom) return Infinity;
    return Math.max(this.#backlog.dueAtMillis(this.#mostBytes), this.#notBeforeMillis);
  }
}

const isSmall = ({ byteLength }: Batch<Item>): boolean => byteLength <= PROBE_BYTES;
