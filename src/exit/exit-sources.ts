// Everything that may hold spans at the end, and the two ways to empty it: waiting, and blocking.
import type * as workerThreads from "node:worker_threads";
import type { Verdict } from "../delivery/classify.ts";
import { within } from "../deadline.ts";
import { say } from "../diagnostics.ts";
import { undelivered, undeliveredWithoutWorker } from "./exit-report.ts";
import { type ExitBound, BlockingSend, type ExitJob, type ExitResult } from "./blocking-send.ts";
import type { ExitAnswers } from "./exit-round.ts";

/** Something that may hold spans when the process ends: a span processor. No method may throw. */
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
}

/** What a source gives at exit: requests, and routes as the sender's `exitRoutes()` gives them. */
export interface ExitCargo extends ExitJob {
  /** Whether the server could not be reached lately: it gets less time. */
  knownAway: boolean;
}

/** The environment of the exit worker, for `NODE_TLS_REJECT_UNAUTHORIZED` and the like. */
export type ExitEnvironment = Readonly<Record<string, string | undefined>>;

/** The end is held so long while nothing gets through, and on while something does. */
const EXIT_LIMIT_MILLIS = 2_000;
const AWAY_LIMIT_MILLIS = 500;

/** A natural end waits so long of it; the rest is for the worker, which may find another way. */
const NATURAL_LIMIT_MILLIS = EXIT_LIMIT_MILLIS - AWAY_LIMIT_MILLIS;

/** However well it goes, the end is not held longer. */
const TOTAL_LIMIT_MILLIS = 10_000;

/** Enough rounds to halve 8 MiB down to single spans. */
const MAX_ROUNDS = 12;

const NOTHING: ExitResult = { answers: [], accepted: 0 };

/** The sources of a process and the time their delivery has taken of its end. */
export class ExitSources {
  readonly #sources: Set<ExitSource> = new Set();
  readonly #threads: () => typeof workerThreads;
  #environment: ExitEnvironment = {};
  /** Sources that no worker can help: with an exporter of somebody else, or refused for want of a key. */
  readonly #helpless: WeakSet<ExitSource> = new WeakSet();
  /** The status with which a server refused requests that lacked what a function gives. */
  readonly #refusals: WeakMap<ExitSource, string> = new WeakMap();
  /** How long the end was held in vain, and altogether. */
  #spentMillis = 0;
  #heldMillis = 0;
  #gaveUp = false;
  #workerRefusal: string | undefined;
  #delivery: BlockingSend | undefined;

  /** `threads` gives the module, which costs too much to load for a process that may never need it. */
  constructor(threads: () => typeof workerThreads) {
    this.#threads = threads;
  }

  get size(): number {
    return this.#sources.size;
  }

  get pendingSpans(): number {
    return this.#pending().reduce((sum, source) => sum + source.pendingSpans(), 0);
  }

  /** Whether a natural end has something to wait for. */
  get worthWaiting(): boolean {
    return !this.#gaveUp && this.pendingSpans > 0;
  }

  /** Whether only waiting can deliver what is pending, as no worker can. */
  get mustWait(): boolean {
    return this.#pending().some((source) => this.#workerRefusal !== undefined || this.#helpless.has(source));
  }

  add(source: ExitSource, environment: ExitEnvironment): void {
    this.#environment = environment;
    this.#sources.add(source);
  }

  remove(source: ExitSource): void {
    this.#sources.delete(source);
  }

  /** Forgets the time and the worker of {@link deliver}, for a process that outlived a signal. */
  outlive(): void {
    this.#spentMillis = 0;
    this.#heldMillis = 0;
    this.#delivery?.stop();
    this.#delivery = undefined;
  }

  /** Waits while spans get through; holds the process so long. Never rejects. */
  async flush(): Promise<void> {
    let before = this.#settledSpans;
    this.#gaveUp = true;
    while (this.#heldMillis < TOTAL_LIMIT_MILLIS) {
      const startMillis = performance.now();
      const limitMillis = Math.min(NATURAL_LIMIT_MILLIS, TOTAL_LIMIT_MILLIS - this.#heldMillis);
      await within(
        limitMillis,
        Promise.allSettled(this.#pending().map(async (source) => source.flush(limitMillis))),
      );
      const left = this.pendingSpans;
      // Not what is left: spans may have ended meanwhile.
      const settled = this.#settledSpans;
      this.#hold(startMillis, settled > before);
      // The program may go on from here, and come to another end.
      if (left === 0) {
        this.#gaveUp = false;
        this.#spentMillis = 0;
        this.#heldMillis = 0;
      }
      if (left === 0 || settled <= before) return;
      before = settled;
    }
  }

  /** Blocks while the worker sends what is pending, in rounds while another one helps. */
  deliver(): void {
    for (let round = 0; round < MAX_ROUNDS && this.#workerRefusal === undefined; round++) {
      const sources = this.#pending();
      if (sources.length === 0 || this.#bound(false).idleMillis <= 0) return;
      const startMillis = performance.now();
      const cargos = sources.map((source) => source.takeForExit());
      const routed = cargos.filter(({ routes }) => routes.length > 0);
      const bound = this.#bound(cargos.every(({ knownAway }) => knownAway));
      const { answers, accepted } = routed.length === 0 ? NOTHING : this.#send(routed, bound);
      this.#hold(startMillis, accepted > 0);
      const again = sources.map((source, index) => {
        const cargo = cargos[index]!;
        const given = answers[routed.indexOf(cargo)] ?? [];
        this.#judge(source, cargo, given);
        return source.settleExit(given);
      });
      if (!again.includes(true)) return;
    }
  }

  /** Says in one line what all sources still hold; gives whether there was anything to say. */
  report(): boolean {
    const losses = this.#pending().map((source) => ({
      spans: source.pendingSpans(),
      reason: this.#explain(source),
    }));
    if (losses.length === 0) return false;
    const refusal = this.#workerRefusal;
    say(refusal === undefined ? undelivered(losses) : undeliveredWithoutWorker(losses, refusal));
    return true;
  }

  /** Remembers whether a worker can help, and what to say when it could not. */
  #judge(source: ExitSource, cargo: ExitCargo, answers: ExitAnswers): void {
    const refusal = keyRefusal(cargo, answers);
    if (refusal === undefined) this.#refusals.delete(source);
    else this.#refusals.set(source, refusal);
    if (refusal !== undefined || cargo.routes.length === 0) this.#helpless.add(source);
    else this.#helpless.delete(source);
  }

  #explain(source: ExitSource): string {
    const refusal = this.#refusals.get(source);
    if (refusal === undefined) return source.explainPending();
    return `the function given for apiKey or headers had given nothing yet, and without it Phoenix answered ${refusal}. Await provider.forceFlush() before the end.`;
  }

  get #settledSpans(): number {
    return [...this.#sources].reduce((sum, source) => sum + source.settledSpans(), 0);
  }

  #pending(): ExitSource[] {
    return [...this.#sources].filter((source) => source.pendingSpans() > 0);
  }

  /** What is left of the time; with a server that is known to be away, the worker's start is part of it. */
  #bound(away: boolean): ExitBound {
    const totalMillis = TOTAL_LIMIT_MILLIS - this.#heldMillis;
    const leftMillis = Math.min(EXIT_LIMIT_MILLIS - this.#spentMillis, totalMillis);
    const idleMillis = away ? Math.min(AWAY_LIMIT_MILLIS, leftMillis) : leftMillis;
    return { idleMillis, totalMillis, isPatient: !away };
  }

  #hold(startMillis: number, helped: boolean): void {
    const millis = performance.now() - startMillis;
    this.#heldMillis += millis;
    if (!helped) this.#spentMillis += millis;
  }

  #send(cargos: readonly ExitCargo[], bound: ExitBound): ExitResult {
    try {
      this.#delivery ??= new BlockingSend(this.#threads(), this.#environment);
    } catch (error) {
      this.#workerRefusal = (error as NodeJS.ErrnoException).code ?? String(error);
      return NOTHING;
    }
    return this.#delivery.deliver(cargos, bound);
  }
}

const refusesKey = (verdict: Verdict): boolean =>
  verdict.action === "block" && verdict.reason === "credentials";

/** With what status requests were refused that lack what a function gives. */
function keyRefusal({ routes }: ExitCargo, answers: ExitAnswers): string | undefined {
  if (!routes.some(({ lacksHeaders }) => lacksHeaders)) return undefined;
  const refusal = answers.find((judged) => judged !== undefined && refusesKey(judged.verdict))?.answer;
  if (refusal?.kind === "http") return String(refusal.status);
  return refusal?.kind === "grpc" ? `gRPC status ${refusal.code}` : undefined;
}
