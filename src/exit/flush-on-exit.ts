// Listens to the end of the process and has everything delivered, without changing how it ends. The
// only file that listens to the process.
import type * as WorkerThreads from "node:worker_threads";
import { say } from "../diagnostics.ts";
import { processSlot } from "../process-slot.ts";
import { type ExitEnvironment, type ExitSource, ExitSources } from "./exit-sources.ts";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Where signal-exit 4 keeps its one emitter, which counts the loaded copies. */
const SIGNAL_EXIT = Symbol.for("signal-exit emitter");

/** What the copies of this package share. */
interface ExitRegistry {
  add(source: ExitSource, environment: ExitEnvironment): void;
  remove(source: ExitSource): void;
  spanEnded(): void;
}

/**
 * Delivers what `source` holds when the process ends: naturally, by `process.exit()`, by an uncaught
 * error, by SIGTERM or SIGINT. Exit code, signal status and the program's own listeners stay as they
 * are. Holds the end for at most 2 s in which nothing gets through, 0.5 s when the server is known to
 * be away, and for 10 s altogether; says in one line when something stayed behind. The returned
 * function undoes it; the last one to do so removes every listener.
 */
export function flushOnExit(source: ExitSource, environment: ExitEnvironment = {}): () => void {
  registry.add(source, environment);
  return () => registry.remove(source);
}

/**
 * To be called by a source after a span ended. Does nothing until the process is exiting; then the
 * flush has run already, and the span, ended by a later `exit` listener, is delivered by itself.
 */
export function spanEndedAtExit(): void {
  registry.spanEnded();
}

class ExitFlush implements ExitRegistry {
  readonly #sources = new ExitSources(workerThreads);
  #exiting = false;
  #reported = false;

  add(source: ExitSource, environment: ExitEnvironment): void {
    if (this.#sources.size === 0) this.#listen();
    this.#sources.add(source, environment);
  }

  remove(source: ExitSource): void {
    this.#sources.remove(source);
    if (this.#sources.size > 0) return;
    process.removeListener("beforeExit", this.#onBeforeExit);
    process.removeListener("exit", this.#onExit);
    for (const signal of SIGNALS) process.removeListener(signal, this.#onSignal);
  }

  spanEnded(): void {
    if (this.#exiting) this.#deliver();
  }

  #listen(): void {
    process.on("beforeExit", this.#onBeforeExit);
    process.on("exit", this.#onExit);
    for (const signal of SIGNALS) process.prependListener(signal, this.#onSignal);
  }

  /** Fires again after what it starts has ended; a flush that got nowhere is not repeated. */
  readonly #onBeforeExit = (): void => {
    if (this.#sources.worthWaiting) void this.#sources.flush();
  };

  readonly #onExit = (): void => {
    this.#exiting = true;
    this.#deliver();
  };

  /**
   * Steps aside first: a second signal then does what it would have done without us, and a library
   * that acts only where nobody else listens (signal-exit) finds itself alone.
   */
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    // Signals never reach a worker thread; one that the program emits there is the program's.
    if (!workerThreads().isMainThread) return;
    process.removeListener(signal, this.#onSignal);
    this.#guard(() => this.#sources.deliver());
    const waiting = this.#sources.mustWait ? this.#sources.flush() : undefined;
    if (process.listenerCount(signal) === 0) {
      if (waiting) {
        // Until then nobody listens: a second signal kills at once, and so does the one that comes after the wait.
        void waiting.then(() => this.#deliverAndDie(signal));
        return;
      }
      this.#die(signal);
    } else if (process.listenerCount(signal) <= signalExitListeners()) {
      this.#report();
    }
    this.#listenAgain(signal);
  };

  /** Waiting may have brought a key that the worker lacked, and left a request under way. */
  #deliverAndDie(signal: NodeJS.Signals): void {
    this.#guard(() => this.#sources.deliver());
    this.#die(signal);
    this.#listenAgain(signal);
  }

  /** Ends the process as the signal would have. As PID 1 that does nothing, with or without us. */
  #die(signal: NodeJS.Signals): void {
    if (process.pid !== 1) this.#report();
    process.kill(process.pid, signal);
  }

  /** For a process that outlives the signal, once the other listeners had it. */
  #listenAgain(signal: NodeJS.Signals): void {
    setImmediate(() => {
      this.#sources.outlive();
      const listening = process.listeners(signal).includes(this.#onSignal);
      if (this.#sources.size > 0 && !listening) process.prependListener(signal, this.#onSignal);
    });
  }

  /** In the `exit` event: delivers, and says once what is left. */
  #deliver(): void {
    this.#guard(() => this.#sources.deliver());
    this.#report();
  }

  #report(): void {
    this.#guard(() => {
      if (!this.#reported) this.#reported = this.#sources.report();
    });
  }

  /** An error here would change the exit code and keep other listeners from running. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      const name = error instanceof Error ? error.name : "unknown error";
      say({
        code: "PHX401",
        message: `The exit flush failed (${name}); spans may not have been delivered. Report this as a bug of phoenix-otel.`,
      });
    }
  }
}

const registry = processSlot("exit-flush", 1, (): ExitRegistry => new ExitFlush());

function workerThreads(): typeof WorkerThreads {
  return process.getBuiltinModule("node:worker_threads");
}

/** How many of a signal's listeners are signal-exit's, which end the process without an `exit` event. */
function signalExitListeners(): number {
  const slots = globalThis as { [SIGNAL_EXIT]?: { count?: number } };
  return slots[SIGNAL_EXIT]?.count ?? 0;
}
