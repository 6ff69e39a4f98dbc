// Sends what waits, as much and as often as the server takes, and does what its answers ask for.
import { Alarm } from "./alarm.ts";
import type { Attempt, AttemptEnds, Attempts } from "./attempts.ts";
import type { Backlog } from "./backlog.ts";
import type { Batch, Item } from "./batch.ts";
import { judge, type Judged, type Verdict } from "./classify.ts";
import type { Clock } from "./clock.ts";
import type { DeliveryMessages } from "./delivery-messages.ts";
import type { Flushes } from "./flushes.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Schedule } from "./schedule.ts";
import type { Answer } from "./sender.ts";
import type { ServerState } from "./server-state.ts";

/** The sending half of a delivery: batches from the backlog, by attempts, as the state of the server allows. */
export class Dispatcher<T extends Item> implements AttemptEnds<T> {
  readonly #backlog: Backlog<T>;
  readonly #outcomes: Outcomes<T>;
  readonly #schedule: Schedule<T>;
  readonly #attempts: Attempts<T>;
  readonly #server: ServerState;
  readonly #flushes: Flushes;
  readonly #messages: DeliveryMessages;
  readonly #clock: Clock;
  readonly #sendsWithin: boolean;
  readonly #alarm: Alarm;
  #isPumping = false;

  /** `sendsWithin`: a span that was queued is sent before {@link queued} returns, where nothing is on its way. */
  constructor(
    backlog: Backlog<T>,
    outcomes: Outcomes<T>,
    schedule: Schedule<T>,
    attempts: Attempts<T>,
    server: ServerState,
    flushes: Flushes,
    messages: DeliveryMessages,
    clock: Clock,
    sendsWithin: boolean,
  ) {
    this.#backlog = backlog;
    this.#outcomes = outcomes;
    this.#schedule = schedule;
    this.#attempts = attempts;
    this.#server = server;
    this.#flushes = flushes;
    this.#messages = messages;
    this.#clock = clock;
    this.#sendsWithin = sendsWithin;
    this.#alarm = new Alarm(clock, () => this.#pump());
  }

  /** A span was queued; `isFull` when a batch is, with it. */
  queued(isFull: boolean): void {
    if (this.#sendsWithin) this.#pump();
    else if (isFull || !this.#alarm.isSet || this.#server.mayTryAnother) this.#arm();
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
    for (const part of this.#outcomes.separate(batch, why)) this.#backlog.putBack(part);
    this.resume();
  }

  made(batch: Batch<T>, requestBytes: number): boolean {
    if (!this.#outcomes.makeFit(batch, requestBytes)) return true;
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
        this.#outcomes.taken(batch, verdict);
        this.#messages.delivered(this.#backlog.pending);
        break;
      case "retry":
        this.#say(judged);
        this.#backOff(startedAtMillis, verdict, answer);
        // Another attempt at the same may be answered yet.
        if (batch.attempts === 0) this.#outcomes.retry(batch, request.byteLength, answer, verdict.doubtful);
        break;
      case "block":
        this.#say(judged);
        this.#server.close("blocked", startedAtMillis, this.#clock.now(), "failing");
        this.#backlog.putBack(batch);
        this.#giveUpFlushes(startedAtMillis);
        break;
      case "split":
        this.#server.open(startedAtMillis);
        this.#outcomes.tooLarge(batch, request.byteLength, verdict.limitBytes);
        break;
      case "reject":
        if (this.#outcomes.refused(batch)) {
          this.#server.open(startedAtMillis);
          this.#outcomes.reject(batch, verdict.text);
          break;
        }
        this.#say(judged);
        this.#server.refuse(startedAtMillis, this.#clock.now());
        this.#outcomes.putAside(batch);
        if (!this.#schedule.triesAnother) this.#giveUpFlushes(startedAtMillis);
        break;
    }
    this.#flushes.settle(this.#backlog.oldestPending);
    if (this.#backlog.pending === 0) this.#messages.drained();
    this.#pump();
  }

  #say(judged: Judged): void {
    const { pending } = this.#backlog;
    const { hasWorked } = this.#outcomes;
    this.#messages.failed(judged, pending, hasWorked, this.#flushes.isEnding);
  }

  /** A server that takes nothing is not waited for. A flush that began behind the attempt has its own look at it. */
  #giveUpFlushes(startedAtMillis: number): void {
    this.#flushes.giveUp(startedAtMillis);
    if (this.#flushes.active) this.#server.probeNow(this.#clock.now());
  }

  #backOff(
    startedAtMillis: number,
    { pace, retryAfterMillis }: Extract<Verdict, { action: "retry" }>,
    answer: Answer,
  ): void {
    const now = this.#clock.now();
    const isNewHold = this.#server.close("backoff", startedAtMillis, now, pace, retryAfterMillis);
    if (isNewHold && pace === "away") this.#flushes.giveUpEnding();
    // Where no server ever was, waiting for one to appear only makes the program slow to end.
    if (answer.kind === "network" && !this.#outcomes.hasWorked) this.#flushes.giveUp(startedAtMillis);
  }

  /** Sends what may be sent now, and sets the alarm for the rest. */
  #pump(): void {
    // What was answered at once, or ended while it was sent: the loop that sent it goes on with it.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let due = this.#schedule.next(); due !== undefined; due = this.#schedule.next()) {
        this.#attempts.start(due.batch, due.limitMillis, this);
      }
    } finally {
      this.#isPumping = false;
    }
    this.#arm();
  }

  #arm(): void {
    this.#alarm.set(this.#schedule.dueMillis, this.#flushes.active);
  }
}
