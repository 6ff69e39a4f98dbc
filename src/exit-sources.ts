// Everything that may hold spans at the end, and the two ways to empty it: waiting, and blocking.
import type * as workerThreads from "node:worker_threads";
import { say } from "./diagnostics.ts";
import { countAccepted, type ExitAnswers, ExitDelivery, type ExitJob } from "./exporters/exit-delivery.ts";

/** Something that may hold spans when the process ends: a span processor. No method may throw. */
export interface ExitSource {
  /** Ended spans that no server has taken yet, those in flight included. */
  pendingSpans(): number;
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

const EXIT_LIMIT_MILLIS = 2_000;
const AWAY_LIMIT_MILLIS = 500;

/** A natural end waits this long for a first span to get through, and on while more do. */
const NATURAL_LIMIT_MILLIS = EXIT_LIMIT_MILLIS - AWAY_LIMIT_MILLIS;
const NATURAL_TOTAL_MILLIS = 10_000;

/** Enough rounds to halve 8 MiB down to single spans. */
const MAX_ROUNDS = 12;

/** The sources of a process and the time their delivery has taken of its end. */
export class ExitSources {
  readonly #sources: Set<ExitSource> = new Set();
  readonly #threads: () => typeof workerThreads;
  readonly #environment: ExitEnvironment;
  /** Sources with an exporter of somebody else, which no worker can run. */
  readonly #routeless: WeakSet<ExitSource> = new WeakSet();
  #spentMillis = 0;
  #gaveUp = false;
  #workerRefusal: string | undefined;
  #delivery: ExitDelivery | undefined;

  /** `threads` gives the module, which costs too much to load for a process that may never need it. */
  constructor(threads: () => typeof workerThreads, environment: ExitEnvironment) {
    this.#threads = threads;
    this.#environment = environment;
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
    return this.#pending().some((source) => this.#workerRefusal !== undefined || this.#routeless.has(source));
  }

  add(source: ExitSource): void {
    this.#sources.add(source);
  }

  remove(source: ExitSource): void {
    this.#sources.delete(source);
  }

  /** Forgets the time and the worker of {@link deliver}, for a process that outlived a signal. */
  outlive(): void {
    this.#spentMillis = 0;
    this.#delivery?.stop();
    this.#delivery = undefined;
  }

  /** Waits while spans get through; holds the process so long. Never rejects. */
  async flush(): Promise<void> {
    const startMillis = performance.now();
    let before = this.pendingSpans;
    this.#gaveUp = true;
    while (performance.now() - startMillis < NATURAL_TOTAL_MILLIS) {
      const sliceMillis = performance.now();
      await within(
        NATURAL_LIMIT_MILLIS,
        this.#pending().map(async (source) => source.flush(NATURAL_LIMIT_MILLIS)),
      );
      const left = this.pendingSpans;
      if (left === 0) this.#gaveUp = false;
      else if (left >= before) this.#spentMillis += performance.now() - sliceMillis;
      if (left === 0 || left >= before) return;
      before = left;
    }
  }

  /** Blocks while the worker sends what is pending, in rounds while another one helps. */
  deliver(): void {
    for (let round = 0; round < MAX_ROUNDS && this.#workerRefusal === undefined; round++) {
      const leftMillis = EXIT_LIMIT_MILLIS - this.#spentMillis;
      const sources = this.#pending();
      if (sources.length === 0 || leftMillis <= 0) return;
      const cargos = sources.map((source) => source.takeForExit());
      const away = cargos.every((cargo) => cargo.knownAway);
      const limitMillis = away ? Math.min(AWAY_LIMIT_MILLIS, leftMillis) : leftMillis;
      const startMillis = performance.now();
      const routed = cargos.filter(({ routes }) => routes.length > 0);
      const given = routed.length === 0 ? [] : this.#send(routed, limitMillis);
      const answers = cargos.map((cargo) => given[routed.indexOf(cargo)] ?? []);
      cargos.forEach(({ routes }, index) => {
        if (routes.length === 0) this.#routeless.add(sources[index]!);
      });
      if (countAccepted(answers) === 0) this.#spentMillis += performance.now() - startMillis;
      const again = sources.map((source, index) => source.settleExit(answers[index] ?? []));
      if (!again.includes(true)) return;
    }
  }

  /** Says in one line for each source what it still holds; gives whether there was anything to say. */
  report(): boolean {
    const sources = this.#pending();
    for (const source of sources) {
      const spans = source.pendingSpans();
      const lost = `${spans} ${spans === 1 ? "span was" : "spans were"} not delivered before the process ended`;
      if (this.#workerRefusal === undefined) {
        say({ code: "PHX401", message: `${lost}: ${source.explainPending()}` });
        continue;
      }
      const advice =
        this.#workerRefusal === "ERR_ACCESS_DENIED" ? "Start node with --allow-worker, or await" : "Await";
      say({
        code: "PHX402",
        message:
          `${lost}: the worker thread that delivers at exit was refused (${this.#workerRefusal}). ` +
          `${advice} provider.shutdown() before the end.`,
      });
    }
    return sources.length > 0;
  }

  #pending(): ExitSource[] {
    return [...this.#sources].filter((source) => source.pendingSpans() > 0);
  }

  #send(cargos: readonly ExitCargo[], limitMillis: number): ExitAnswers[] {
    try {
      this.#delivery ??= new ExitDelivery(this.#threads(), this.#environment);
    } catch (error) {
      this.#workerRefusal = (error as NodeJS.ErrnoException).code ?? String(error);
      return cargos.map(() => []);
    }
    return this.#delivery.deliver(cargos, limitMillis);
  }
}

/** Resolves once all have settled, or after the time. Its timer holds the process. */
async function within(limitMillis: number, promises: readonly Promise<unknown>[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMillis);
  });
  await Promise.race([Promise.allSettled(promises), late]);
  clearTimeout(timer);
}
