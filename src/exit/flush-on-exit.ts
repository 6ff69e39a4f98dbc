// Listens to the end of the process and has everything delivered, without changing how it ends.
import { say } from "../diagnostics.ts";
import { endOpenSpans } from "../open-spans.ts";
import { loadPart } from "../parts.ts";
import { processSlot } from "../process-slot.ts";
import { BlockingSend } from "./blocking-send.ts";
import { ExitBudget } from "./exit-budget.ts";
import { ExitSignals } from "./exit-signals.ts";
import {
  type ExitEnvironment,
  type ExitSource,
  ExitSources,
  type StartSend,
  WITHOUT_EXIT_PART,
} from "./exit-sources.ts";
import { ExitWorker } from "./exit-worker.ts";
import { flushFailed } from "./guarded-source.ts";

/** What the copies of this package share. */
interface ExitRegistry {
  add(source: ExitSource, environment: ExitEnvironment): void;
  remove(source: ExitSource): void;
  spanEnded(): void;
}

/**
 * Delivers what `source` holds when the process ends: naturally, by `process.exit()`, by an uncaught
 * error, by SIGTERM or SIGINT. Exit code, signal status and the program's own listeners stay as they
 * are; a signal that the program listens to is its own. Holds the end for at most 2 s in which nothing
 * gets through, 0.5 s when the server is known to be away, and for 10 s altogether; says in one line
 * when something stayed behind. Spans that wrappers have open are ended first. The returned function undoes it; the last one to do so removes every
 * listener.
 */
export function flushOnExit(source: ExitSource, environment: ExitEnvironment = {}): () => void {
  registry.add(source, environment);
  return () => registry.remove(source);
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
  registry.spanEnded();
}

class ExitFlush implements ExitRegistry {
  readonly #sources: ExitSources;
  readonly #signals: ExitSignals;
  #exiting = false;
  #reported = false;
  #saidKept = false;

  constructor(startSend: StartSend, budget: ExitBudget) {
    this.#sources = new ExitSources(startSend, budget);
    this.#signals = new ExitSignals({
      deliver: () => {
        endOpenSpans();
        this.#guard(() => this.#sources.deliver());
      },
      wait: () => (this.#sources.mustWait ? this.#sources.flush() : undefined),
      sendNow: () => this.#sources.sendNow(),
      report: this.#report,
      outlive: () => this.#sources.outlive(),
    });
  }

  add(source: ExitSource, environment: ExitEnvironment): void {
    if (this.#sources.size === 0) this.#listen();
    this.#sources.add(source, environment);
  }

  remove(source: ExitSource): void {
    this.#sources.remove(source);
    if (this.#sources.size > 0) return;
    process.removeListener("beforeExit", this.#onBeforeExit);
    process.removeListener("exit", this.#onExit);
    this.#signals.unlisten();
  }

  spanEnded(): void {
    if (this.#exiting) this.#deliver();
  }

  #listen(): void {
    // Before the program's own listeners: what those start is not open yet.
    process.prependListener("beforeExit", this.#onBeforeExit);
    process.on("exit", this.#onExit);
    this.#signals.listen();
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
  };

  /** In the `exit` event: delivers, and says once what is left. */
  #deliver(): void {
    this.#guard(() => this.#sources.deliver());
    this.#report();
  }

  readonly #report = (): void => {
    this.#guard(() => {
      this.#saidKept = this.#sources.keep(this.#saidKept);
      if (!this.#reported) this.#reported = this.#sources.report();
    });
  };

  /** An error here would change the exit code and keep other listeners from running. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      const name = error instanceof Error ? error.name : "unknown error";
      say({ code: "PHX401", message: flushFailed(name) });
    }
  }
}

function create(): ExitRegistry {
  const budget = new ExitBudget();
  return new ExitFlush((environment) => {
    if (loadPart(() => ExitWorker, WITHOUT_EXIT_PART) === undefined) return undefined;
    const threads = process.getBuiltinModule("node:worker_threads");
    return new BlockingSend(new ExitWorker(threads, environment), budget);
  }, budget);
}

const registry = processSlot("exit-flush", 1, create);
