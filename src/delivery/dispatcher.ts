// Takes batches from what waits, sends them, and does what the answer asks for.
import { type Attempt, Attempts, type AttemptsParts } from "./attempts.ts";
import { Backlog, type BacklogParts } from "./backlog.ts";
import type { Batch, Item } from "./batch.ts";
import { judge, type Judged, type Verdict } from "./classify.ts";
import type { Timer } from "../deadline.ts";
import type { Counters } from "./counters.ts";
import type { DeliveryMessages } from "./delivery-messages.ts";
import { Outcomes, type Shrunk } from "./outcomes.ts";
import type { Answer } from "./sender.ts";
import { type Hold, ServerState } from "./server-state.ts";

/** What a {@link Dispatcher} works with. */
export interface DispatcherParts<T extends Item> extends BacklogParts<T>, AttemptsParts<T> {
  readonly shrink: (item: T, maxBytes: number) => Shrunk<T> | undefined;
  readonly counters: Counters;
  readonly messages: DeliveryMessages;
  readonly random: () => number;
  readonly concurrency: number;
}

/** What a probe carries at most, when it is more than one span. */
const PROBE_BYTES = 64 * 1024;
/** The deadline of a probe that goes beside one without an answer. */
const SECOND_PROBE_MILLIS = 2_000;

/** The sending half of a delivery. */
export class Dispatcher<T extends Item> {
  readonly #parts: DispatcherParts<T>;
  readonly #server: ServerState;
  readonly #backlog: Backlog<T>;
  readonly #outcomes: Outcomes<T>;
  readonly #attempts: Attempts<T>;
  #timer: Timer | undefined;
  #wakeAtMillis = Infinity;
  /** Whether a flush waits for a server that is away to come back. */
  isPatient = true;

  constructor(parts: DispatcherParts<T>) {
    this.#parts = parts;
    this.#server = new ServerState(parts.random);
    this.#backlog = new Backlog(parts);
    this.#outcomes = new Outcomes(parts, this.#backlog.line);
    this.#attempts = new Attempts(parts, {
      answered: (attempt, request, answer) => this.#answered(attempt, request, answer),
      tooLarge: (batch, excess) => this.#makeSmaller(batch, excess),
      failed: (batch, why) => this.#failed(batch, why),
    });
  }

  /** Whether sending works, waits after a failure, or needs a setting changed. */
  get state(): "open" | Hold["kind"] {
    return this.#server.hold?.kind ?? "open";
  }

  /** Whether the server could not be reached, by the latest attempt. */
  get isServerAway(): boolean {
    return this.#server.hold?.away ?? false;
  }

  /** Spans that were sent, came back and wait. */
  get returned(): number {
    return this.#backlog.line.spans;
  }

  /** Spans in requests without an answer. */
  get inFlight(): number {
    return this.#attempts.spans;
  }

  /** Number of the oldest span that is not settled. */
  get oldestPending(): number {
    let oldest = this.#parts.queue.headNumber;
    for (const batch of this.#backlog.line) oldest = Math.min(oldest, batch.first);
    for (const batch of this.#attempts) oldest = Math.min(oldest, batch.first);
    return oldest;
  }

  /** Spans with a number below `mark` that are not settled. */
  pendingBelow(mark: number): number {
    const { queue } = this.#parts;
    let spans = Math.max(0, Math.min(mark, queue.nextNumber) - queue.headNumber);
    for (const batches of [this.#backlog.line, this.#attempts]) {
      for (const { first, items } of batches) {
        spans += Math.max(0, Math.min(items.length, mark - first));
      }
    }
    return spans;
  }

  /** A span was queued. */
  queued(): void {
    if (this.#backlog.queued() || this.#timer === undefined) this.#arm();
  }

  /** A flush began: what waits goes now, and a server that was away is looked at again. */
  flushing(): void {
    this.#server.probeNow(this.#parts.clock.now());
    this.#pump();
  }

  /** Takes everything that is not settled, in order; answers to what was in flight no longer count. */
  takeAll(): Batch<T>[] {
    const batches = [...this.#attempts.takeAll(), ...this.#backlog.takeAll()];
    this.#disarm();
    return batches.toSorted((a, b) => a.first - b.first);
  }

  /**
   * Does what the answer to a batch of {@link takeAll} asks for, which was sent by other means. `othersWork` says
   * whether a failure that a span may have caused is one of this batch. Gives whether sending again at once would help.
   */
  settleExit(
    batch: Batch<T>,
    requestBytes: number,
    judged: Judged | undefined,
    othersWork: boolean,
  ): boolean {
    const verdict = judged?.verdict;
    const isSuspect = verdict?.action === "retry" && verdict.doubtful && othersWork && batch.items.length > 1;
    if (verdict?.action === "ack") this.#taken(batch, verdict);
    else if (verdict?.action === "split") this.#outcomes.split(batch, requestBytes, verdict.limitBytes);
    else if (verdict?.action === "reject") this.#outcomes.reject(batch, verdict.text);
    else {
      if (isSuspect) this.#outcomes.bisect(batch);
      else this.#backlog.line.insert(batch);
      if (judged) this.#say(judged, batch);
    }
    this.#arm();
    return isSuspect || verdict?.action === "split" || verdict?.action === "reject";
  }

  /** Sends what may be sent now, and sets the timer for the rest. */
  #pump(): void {
    const { clock } = this.#parts;
    while ((this.#server.hold?.untilMillis ?? 0) <= clock.now()) {
      const batch =
        this.#attempts.size < this.#concurrency()
          ? this.#backlog.next(this.#mostBytes())
          : this.#besideSilent();
      if (batch === undefined) break;
      this.#launch(batch);
    }
    this.#arm();
  }

  /**
   * What goes beside a probe that a server has let wait: the same once more, as it may be lost while the server
   * is well again, or something else when that is large and would only be slowed down.
   */
  #besideSilent(): Batch<T> | undefined {
    if (!this.#isSilent) return undefined;
    this.#server.probed(this.#parts.clock.now());
    const waiting = [...this.#attempts];
    if (waiting.reduce((attempts, batch) => attempts + batch.attempts, 0) > 1) return undefined;
    const same = waiting.find((batch) => batch.byteLength <= PROBE_BYTES);
    if (same !== undefined) return same;
    const other = this.#backlog.next(this.#mostBytes());
    if (other === undefined || other.byteLength <= PROBE_BYTES) return other;
    this.#backlog.line.insert(other);
    return undefined;
  }

  /** Whether a server that was away has a request it did not answer. */
  get #isSilent(): boolean {
    return this.isServerAway && this.#attempts.size > 0 && this.#parts.sender.repeats !== true;
  }

  /** While the server is away there is one probe at a time. */
  #concurrency(): number {
    return this.#server.hold === undefined ? this.#parts.concurrency : 1;
  }

  /** And it is a small one. */
  #mostBytes(): number {
    return this.#server.hold === undefined ? Infinity : PROBE_BYTES;
  }

  #launch(batch: Batch<T>): void {
    // The first one keeps the whole time, so that a server that is only slow is served.
    const limitMillis = this.#isSilent ? SECOND_PROBE_MILLIS : Infinity;
    this.#server.probed(this.#parts.clock.now());
    this.#attempts.start(batch, limitMillis);
  }

  #failed(batch: Batch<T>, why: string): void {
    this.#attempts.takeBack(batch);
    this.#outcomes.reject(batch, why);
    this.#settled();
  }

  /** Before an attempt: a request over the limit is halved, one of a single span is cut. */
  #makeSmaller(batch: Batch<T>, excess: number): boolean {
    if (batch.items.length > 1) {
      this.#attempts.takeBack(batch);
      const [first, rest] = batch.split(batch.items.length >> 1);
      this.#backlog.line.insert(rest);
      this.#launch(first);
      return true;
    }
    const item = batch.items[0]!;
    const smaller = this.#outcomes.shrink(batch, item.byteLength - excess);
    if (smaller === undefined) return false;
    this.#attempts.takeBack(batch);
    this.#launch(smaller);
    return true;
  }

  #answered({ batch, startedAtMillis }: Attempt<T>, request: Uint8Array, answer: Answer): void {
    const requestBytes = request.byteLength;
    const judged = judge(answer);
    const { verdict } = judged;
    // Another attempt at the same may be answered yet.
    const isKept = verdict.action === "retry" && batch.attempts > 0;
    if (!isKept) this.#attempts.takeBack(batch);
    switch (verdict.action) {
      case "ack":
        this.#attempts.reuse(request);
        this.#server.open(startedAtMillis);
        this.#taken(batch, verdict);
        break;
      case "retry":
        this.#say(judged, batch);
        this.#backOff(startedAtMillis, verdict);
        if (!isKept) this.#outcomes.retry(batch, requestBytes, answer, verdict.doubtful, this.#isIdle);
        // Where no server ever was, waiting for one to appear only makes the program slow to end.
        if (answer.kind === "network" && this.#outcomes.acceptedRequests === 0) {
          this.#parts.flushes.giveUp(startedAtMillis);
        }
        break;
      case "block":
        this.#say(judged, batch);
        this.#server.close("blocked", startedAtMillis, this.#parts.clock.now(), "failing");
        this.#backlog.line.insert(batch);
        this.#parts.flushes.giveUp(startedAtMillis);
        break;
      case "split":
        this.#server.open(startedAtMillis);
        this.#outcomes.split(batch, requestBytes, verdict.limitBytes);
        break;
      case "reject":
        this.#server.open(startedAtMillis);
        this.#outcomes.reject(batch, verdict.text);
        break;
    }
    this.#settled();
  }

  #say({ answer, verdict }: Judged, batch: Batch<T>): void {
    const { messages, queue } = this.#parts;
    const returning = this.#attempts.has(batch) ? 0 : batch.items.length;
    const waiting = queue.length + this.returned + this.inFlight + returning;
    messages.failed(answer, verdict, waiting, this.#outcomes.acceptedRequests > 0);
  }

  #taken(batch: Batch<T>, verdict: Extract<Verdict, { action: "ack" }>): void {
    this.#outcomes.ack(batch, verdict);
    this.#parts.messages.delivered(this.#parts.queue.length + this.returned + this.inFlight);
  }

  #backOff(startedAtMillis: number, { pace, retryAfterMillis }: Extract<Verdict, { action: "retry" }>): void {
    const now = this.#parts.clock.now();
    const isNews = this.#server.close("backoff", startedAtMillis, now, pace, retryAfterMillis);
    if (isNews && pace === "away" && !this.isPatient) this.#parts.flushes.giveUp(now);
  }

  /** Whether nothing else waits or is on its way. */
  get #isIdle(): boolean {
    return this.#backlog.isEmpty && this.#attempts.size === 0;
  }

  /** After every answer: who waited, and what goes next. */
  #settled(): void {
    const { flushes, messages } = this.#parts;
    flushes.settle(this.oldestPending);
    if (this.#isIdle) messages.drained();
    this.#pump();
  }

  #arm(): void {
    const { clock, flushes } = this.#parts;
    const due = this.#wakeUpMillis();
    if (due === Infinity) {
      this.#disarm();
      return;
    }
    if (this.#timer === undefined || due < this.#wakeAtMillis) {
      this.#disarm();
      this.#wakeAtMillis = due;
      this.#timer = clock.setTimer(
        () => {
          this.#disarm();
          this.#pump();
        },
        Math.max(0, due - clock.now()),
      );
    }
    this.#timer.hold(flushes.active);
  }

  #wakeUpMillis(): number {
    if (this.#isSilent) return this.#server.hold?.untilMillis ?? 0;
    if (this.#attempts.size >= this.#concurrency()) return Infinity;
    const due = this.#backlog.dueAtMillis(this.#mostBytes());
    return due === Infinity ? Infinity : Math.max(due, this.#server.hold?.untilMillis ?? 0);
  }

  #disarm(): void {
    this.#timer?.clear();
    this.#timer = undefined;
    this.#wakeAtMillis = Infinity;
  }
}
