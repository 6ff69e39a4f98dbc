// Listens to the end of the process and has everything delivered, without changing how it ends.
import { setTimer } from "../deadline.ts";
import { type Diagnostic, say } from "../diagnostics.ts";
import { endOpenSpans } from "../open-spans.ts";
import { readAhead } from "../parts.ts";
import { processSlot } from "../process-slot.ts";
import { BlockingSend } from "./blocking-send.ts";
import { DenoErrors } from "./deno-errors.ts";
import { ExitBudget, EXIT_POLICY } from "./exit-budget.ts";
import { ExitSignals } from "./exit-signals.ts";
import { type ExitEnvironment, type ExitSource, ExitSources, type StartSend } from "./exit-sources.ts";
import { ExitWorker } from "./exit-worker.ts";
import { FirstListeners, programListens } from "./first-listeners.ts";
import { flushFailed } from "./guarded-source.ts";

/** What the copies of this package share. */
interface ExitRegistry {
  add(source: ExitSource, environment: ExitEnvironment): void;
  remove(source: ExitSource): void;
  spanEnded(): void;
}

/**
 * Delivers what `source` holds when the process ends: naturally, by `process.exit()`, by an uncaught error, by a signal
 * that terminals and supervisors send. Exit code, signal status and the program's own listeners stay as they are; a signal
 * that the program listens to is its own. Holds the end for at most 2 s in which nothing gets through, 1.2 s where a signal
 * ends it, 0.5 s where the server is known to be away, and for 10 s altogether; says in one line when something stayed
 * behind. Spans that wrappers have open are ended first. The returned function undoes it; the last one to do so removes
 * every listener.
 */
export function flushOnExit(source: ExitSource, environment: ExitEnvironment = {}): () => void {
  registry().add(source, environment);
  return () => registry().remove(source);
}

/** Holds nothing: for a provider whose processors are all somebody else's. */
const NOTHING: ExitSource = {
  pendingSpans: () => 0,
  settledSpans: () => 0,
  flush: () => Promise.resolve(),
  takeForExit: () => ({ requests: [], routes: [], knownAway: false }),
  settleExit: () => false,
  explainPending: () => "",
};

/** Has open spans ended when the process ends. The returned function undoes it. */
export function endSpansOnExit(): () => void {
  return flushOnExit({ ...NOTHING });
}

/**
 * To be called by a source after a span ended. Does nothing until the process is exiting; then the
 * flush has run already, and the span, ended by a later `exit` listener, is delivered by itself.
 */
export function spanEndedAtExit(): void {
  registry().spanEnded();
}

const UNHEARD: Diagnostic = {
  code: "PHX404",
  message:
    "The process takes no listener, and its end is not heard: spans that wait then are not delivered. Await provider.shutdown() before the end.",
};

/** A signal blocks the process so long; then it goes on, to hear further signals. */
const BLOCK_MILLIS = 500;

class ExitFlush implements ExitRegistry {
  readonly #sources: ExitSources;
  readonly #listeners = new FirstListeners();
  readonly #signals: ExitSignals;
  readonly #denoErrors = new DenoErrors(() => this.#onUncaught(), programListens);
  #exiting = false;
  #reported = false;
  #saidKept = false;

  constructor(startSend: StartSend, budget: ExitBudget) {
    this.#sources = new ExitSources(startSend, budget);
    this.#signals = new ExitSignals({
      deliver: () => this.#deliverHurried(BLOCK_MILLIS),
      deliverNow: () => void this.#deliverHurried(Infinity),
      wait: () => (this.#sources.mustWait ? this.#sources.flush() : undefined),
      mustWait: () => this.#sources.mustWait,
      sendNow: () => this.#sources.sendNow(),
      report: this.#report,
      outlive: () => this.#sources.outlive(),
    });
  }

  add(source: ExitSource, environment: ExitEnvironment): void {
    if (this.#sources.size === 0) this.#listen();
    // The first span of all may start in the program's `exit` listener.
    if (isExiting()) this.#exiting = true;
    this.#sources.add(source, environment);
  }

  remove(source: ExitSource): void {
    this.#sources.remove(source);
    if (this.#sources.size > 0) return;
    this.#listeners.remove("beforeExit");
    this.#listeners.remove("exit");
    this.#signals.unlisten();
    this.#denoErrors.unlisten();
  }

  spanEnded(): void {
    if (this.#exiting) this.#deliver();
  }

  #listen(): void {
    // Before the program's own: what those start is not open yet, and they may end the process.
    this.#listeners.add("beforeExit", this.#onBeforeExit);
    this.#listeners.add("exit", this.#onExit);
    this.#signals.listen();
    this.#denoErrors.listen();
    if (!this.#listeners.isHeard("exit")) say(UNHEARD);
  }

  /** Fires again after what it starts has ended; a flush that got nowhere is not repeated. */
  readonly #onBeforeExit = (): void => {
    endOpenSpans();
    if (this.#sources.worthWaiting) void this.#sources.flush();
  };

  readonly #onExit = (): void => {
    endOpenSpans();
    this.#exiting = true;
    this.#deliver();
    this.#signals.exited();
  };

  /** A later listener may still let the process go on. */
  #onUncaught(): void {
    void this.#deliverHurried(Infinity);
    this.#report();
    setTimer(() => {
      this.#reported = false;
      this.#sources.outlive();
    }, 0);
  }

  /** In the `exit` event: delivers, and says once what is left. */
  #deliver(): void {
    this.#guard(() => this.#sources.deliver());
    this.#report();
  }

  #deliverHurried(blockMillis: number): Promise<void> | undefined {
    endOpenSpans();
    return this.#guard(() => this.#sources.deliverHurried(blockMillis)?.catch(sayFailed));
  }

  readonly #report = (): void => {
    this.#guard(() => {
      this.#saidKept = this.#sources.keep(this.#saidKept);
      if (!this.#reported) this.#reported = this.#sources.report();
    });
  };

  /** An error here would change the exit code and keep other listeners from running. */
  #guard<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      sayFailed(error);
      return undefined;
    }
  }
}

/** Whether the `exit` event has come, by Node's own mark. */
const isExiting = (): boolean => Reflect.get(process, "_exiting") === true;

function sayFailed(error: unknown): void {
  const name = error instanceof Error ? error.name : "unknown error";
  say({ code: "PHX401", message: flushFailed(name) });
}

/** The part of the build that is only needed at the end. */
let part: { readonly Send: typeof BlockingSend; readonly Worker: typeof ExitWorker } | undefined;

function loadPart(): NonNullable<typeof part> {
  return (part ??= { Send: BlockingSend, Worker: ExitWorker });
}

/** Has the code of the exit read soon: at the end its files may be gone, or no file descriptor be left to read them. */
export function prepareExit(): void {
  readAhead(loadPart);
}

/**
 * Delivers what `source` holds as at the end of the process, for a process that goes on, where nothing is delivered
 * otherwise. Blocks for `limitMillis` at most, and for no longer than the end may be held.
 */
export function deliverNow(source: ExitSource, environment: ExitEnvironment, limitMillis: number): void {
  const idleMillis = Math.min(EXIT_POLICY.idleMillis, limitMillis);
  const totalMillis = Math.min(EXIT_POLICY.totalMillis, limitMillis);
  const budget = new ExitBudget(undefined, { ...EXIT_POLICY, idleMillis, totalMillis });
  const sources = new ExitSources(startSendIn(budget), budget);
  sources.add(source, environment);
  sources.deliver();
  sources.outlive();
}

const startSendIn =
  (budget: ExitBudget): StartSend =>
  (environment) => {
    const { Send, Worker } = loadPart();
    return new Send(new Worker(process.getBuiltinModule("node:worker_threads"), environment), budget);
  };

function create(): ExitRegistry {
  const budget = new ExitBudget();
  return new ExitFlush(startSendIn(budget), budget);
}

/** Made with the first source: a program that only starts has no end yet. */
let made: ExitRegistry | undefined;
const registry = (): ExitRegistry => (made ??= processSlot("exit-flush", 1, create));
