// Everything that may hold spans at the end, and the two ways to empty it: waiting, and blocking.
import { within } from "../deadline.ts";
import { say } from "../diagnostics.ts";
import { isLoopStopped } from "../real-time.ts";
import type { BlockingSend, ExitJob, ExitResult, Pause } from "./blocking-send.ts";
import type { ExitBudget, RoundBound } from "./exit-budget.ts";
import { blocked, goOn, type Steps } from "./delivery-steps.ts";
import { type ExitKept, keptOnDisk, undelivered, undeliveredWithoutWorker, underWay } from "./exit-report.ts";
import type { ExitAnswers } from "./exit-round.ts";
import { GuardedSource } from "./guarded-source.ts";

/** Something that may hold spans when the process ends: a span processor. No method should throw. */
export interface ExitSource {
  /** Ended spans that no server has taken yet, those in flight included. */
  pendingSpans(): number;
  /** Spans that were taken, or given up, so far. */
  settledSpans(): number;
  /**
   * Sends what is pending and says nothing about failures. Resolves when nothing is left, when the
   * time is up, or as soon as the server turns out to be unreachable.
   */
  flush(timeoutMillis: number): Promise<unknown>;
  /** Every pending span as requests, those in flight included. They stay pending. */
  takeForExit(): ExitCargo;
  /**
   * The answers to the requests of the last {@link takeForExit}, in their order; `undefined` where
   * none came in time. What was accepted or refused for good is no longer pending. Gives whether
   * taking again would help at once, as after a request that was too large.
   */
  settleExit(answers: ExitAnswers): boolean;
  /** Why spans are still pending, for the last line: the URL, its source, what happened, what to do. */
  explainPending(): string;
  /** Whether it sends what earlier processes left: a natural end waits for that as well, but no other end does. */
  isResending?(): boolean;
  /** The process ends: keeps what is pending, where it can, and lets go of what others may go on with. */
  keep?(): Omit<ExitKept, "reason"> | undefined;
}

/** What a source gives at exit: requests, and routes as the sender's `exitRoutes()` gives them. */
export interface ExitCargo extends ExitJob {
  /** Whether the server could not be reached lately: it gets less time. */
  knownAway: boolean;
}

/** The environment of the exit worker, for `NODE_TLS_REJECT_UNAUTHORIZED` and the like. */
export type ExitEnvironment = Readonly<Record<string, string | undefined>>;

/** Makes what sends while the process waits. Throws where no worker can run. */
export type StartSend = (
  environment: ExitEnvironment,
) => Pick<BlockingSend, "delivering" | "wait" | "waitRunning" | "stop">;

/** Between giving up for want of an answer, and saying that answers still come. */
const SAY_LATER_MILLIS = 200;

const NOTHING: ExitResult = { answers: [], accepted: 0, failures: new Map() };

/** The sources of a process and the delivery of what they hold at its end. */
export class ExitSources {
  readonly #sources = new Map<ExitSource, GuardedSource>();
  readonly #startSend: StartSend;
  readonly #budget: ExitBudget;
  #environment: ExitEnvironment = {};
  #gaveUp = false;
  /** Why no worker runs. */
  #refusal: { readonly error: unknown } | undefined;
  #send: ReturnType<StartSend> | undefined;

  constructor(startSend: StartSend, budget: ExitBudget) {
    this.#startSend = startSend;
    this.#budget = budget;
  }

  get size(): number {
    return this.#sources.size;
  }

  /** Whether a natural end has something to wait for. */
  get worthWaiting(): boolean {
    // A stopped loop gets nowhere.
    return !this.#gaveUp && !isLoopStopped() && this.#waitedFor().length > 0;
  }

  /** Whether only waiting can deliver what is pending, as no worker can. */
  get mustWait(): boolean {
    return this.#pending().some((source) => this.#refusal !== undefined || source.isHelpless);
  }

  add(source: ExitSource, environment: ExitEnvironment): void {
    this.#environment = environment;
    if (!this.#sources.has(source)) this.#sources.set(source, new GuardedSource(source));
  }

  remove(source: ExitSource): void {
    this.#sources.delete(source);
  }

  /** Forgets the time, the failures and the worker of {@link deliver}, for a process that goes on. */
  outlive(): void {
    this.#budget.renew();
    for (const source of this.#sources.values()) source.renew();
    this.#send?.stop();
    this.#send = undefined;
    this.#refusal = undefined;
  }

  /** Has what is pending sent by the sources themselves, and waits for nothing. */
  sendNow(): void {
    for (const source of this.#pending()) void source.flush(0);
  }

  /** Waits while spans get through; holds the process so long. Never rejects. */
  async flush(): Promise<void> {
    let before = this.#settledSpans;
    this.#gaveUp = true;
    while (this.#budget.waitMillis > 0) {
      const startMillis = this.#budget.now();
      const limitMillis = this.#budget.waitMillis;
      await within(limitMillis, Promise.all(this.#waitedFor().map((source) => source.flush(limitMillis))));
      const isEmpty = this.#waitedFor().length === 0;
      // Not what is left: spans may have ended meanwhile.
      const settled = this.#settledSpans;
      this.#budget.waited(startMillis, settled > before);
      // The program may go on from here, and come to another end.
      if (isEmpty) {
        this.#gaveUp = false;
        this.#budget.renew();
      }
      if (isEmpty || settled <= before) return;
      before = settled;
    }
  }

  /** Blocks while the worker sends what is pending, in rounds while another one helps. */
  deliver(): void {
    const steps = this.#delivering();
    for (let step = steps.next(); !step.done;) step = blocked(steps, step.value, this.#send);
  }

  /**
   * {@link deliver} for a process that a signal ends, with less time: blocks for `blockMillis` at most, and goes on while
   * the event loop runs and further signals are heard; gives a promise then.
   */
  deliverHurried(blockMillis: number): Promise<void> | undefined {
    this.#budget.hurry();
    const startMillis = this.#budget.now();
    const steps = this.#delivering();
    for (let step = steps.next(); !step.done;) {
      const leftMillis = startMillis + blockMillis - this.#budget.now();
      const { events, millis } = step.value;
      if (leftMillis <= 0) {
        // Where nothing gets through, the end is about to say so itself.
        const dueMillis = startMillis + this.#budget.policy.idleMillis + SAY_LATER_MILLIS;
        const reminder = { dueMillis, now: this.#budget.now, remind: () => this.#sayUnderWay() };
        return goOn(steps, step.value, this.#send, reminder);
      }
      step = blocked(steps, { events, millis: Math.min(millis, leftMillis) }, this.#send);
    }
    return undefined;
  }

  #sayUnderWay(): void {
    const spans = this.#pending().reduce((sum, source) => sum + source.pendingSpans, 0);
    if (spans > 0) say(underWay(spans));
  }

  /** Has everything kept that can be, and says in one line where it is, unless that was said. Gives whether it is said now. */
  keep(isSaid: boolean): boolean {
    const kept = [...this.#sources.values()].flatMap((source) => source.keep() ?? []);
    if (kept.length === 0 || isSaid) return isSaid;
    for (const line of keptOnDisk(kept, "the process")) say(line);
    return true;
  }

  /** Says in one line what all sources still hold; gives whether there was anything to say. */
  report(): boolean {
    const losses = [...this.#sources.values()].flatMap((source) => source.loss ?? []);
    if (losses.length === 0) return false;
    const refusal = this.#refusal;
    say(refusal === undefined ? undelivered(losses) : undeliveredWithoutWorker(losses, refusal.error));
    return true;
  }

  *#delivering(): Steps {
    for (let round = 0; round < this.#budget.policy.maxRounds; round++) {
      if (this.#refusal !== undefined || this.#budget.isSpent || !(yield* this.#deliverRound())) return;
    }
  }

  /** Gives whether another round would help. */
  *#deliverRound(): Generator<Pause, boolean, void> {
    const startMillis = this.#budget.now();
    const taken = [...this.#sources.values()].flatMap((source) => {
      const cargo = source.take();
      return cargo === undefined ? [] : [{ source, cargo }];
    });
    if (taken.length === 0) return false;
    const routed = taken.filter(({ cargo }) => cargo.routes.length > 0);
    const bound = this.#budget.round(taken.every(({ cargo }) => cargo.knownAway));
    const { answers, accepted, failures } = yield* this.#sendAll(routed, bound);
    this.#budget.held(startMillis, accepted > 0);
    for (const [job, error] of failures) routed[job]?.source.fail(error);
    const again = taken.map((each) => each.source.settle(each.cargo, answers[routed.indexOf(each)] ?? []));
    return again.includes(true);
  }

  *#sendAll(
    routed: readonly { readonly cargo: ExitCargo }[],
    bound: RoundBound,
  ): Generator<Pause, ExitResult, void> {
    if (routed.length === 0) return NOTHING;
    try {
      this.#send ??= this.#startSend(this.#environment);
    } catch (error) {
      this.#refusal = { error };
      return NOTHING;
    }
    try {
      return yield* this.#send.delivering(
        routed.map(({ cargo }) => cargo),
        bound,
      );
    } catch (error) {
      return { ...NOTHING, failures: new Map(routed.map((_, job) => [job, error])) };
    }
  }

  get #settledSpans(): number {
    return [...this.#sources.values()].reduce((sum, source) => sum + source.settledSpans, 0);
  }

  #waitedFor(): GuardedSource[] {
    return [...this.#sources.values()].filter((source) => source.pendingSpans > 0 || source.isResending);
  }

  #pending(): GuardedSource[] {
    return [...this.#sources.values()].filter((source) => source.pendingSpans > 0);
  }
}
