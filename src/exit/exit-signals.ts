// SIGTERM and SIGINT: everything is delivered before a signal ends the process, and a program that listens to the
// signal itself is left to it.
import type * as WorkerThreads from "node:worker_threads";
import { processSlot } from "../process-slot.ts";
import { nextTurn } from "../real-time.ts";

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Marks the listeners of every loaded copy of this package, of any version. */
const OURS = Symbol.for("phoenix-otel.exit-listener");

/** What the copies of the package whose turn it was still wait for before the signal may end the process. */
const turns = processSlot("exit-turns", 1, () => new Set<Promise<unknown>>());

/** What is done at a signal. Nothing of it throws or rejects. */
export interface SignalEvents {
  /** Delivers, and blocks so long. */
  deliver(): void;
  /** Starts waiting for what only waiting can deliver, where there is something. */
  wait(): Promise<unknown> | undefined;
  /** Has what is pending sent, and waits for nothing. */
  sendNow(): void;
  /** The process is about to end: says what is left. */
  report(): void;
  /** The process goes on. */
  outlive(): void;
}

/** The listeners to signals of one copy of the package. */
export class ExitSignals {
  readonly #events: SignalEvents;
  #isListening = false;

  constructor(events: SignalEvents) {
    this.#events = events;
  }

  listen(): void {
    this.#isListening = true;
    for (const signal of SIGNALS) this.#listenTo(signal);
  }

  unlisten(): void {
    this.#isListening = false;
    for (const signal of SIGNALS) process.removeListener(signal, this.#onSignal);
  }

  #listenTo(signal: NodeJS.Signals): void {
    if (!this.#isListening || process.listeners(signal).includes(this.#onSignal)) return;
    process.prependListener(signal, this.#onSignal);
  }

  /**
   * Steps aside first: a second signal then does what it would have done without us, and a library
   * that acts only where nobody else listens (signal-exit) finds itself alone.
   */
  readonly #onSignal: NodeJS.SignalsListener = Object.assign(
    (signal: NodeJS.Signals): void => {
      // Signals never reach a worker thread; one that the program emits there is the program's.
      if (!isMainThread()) return;
      process.removeListener(signal, this.#onSignal);
      if (programListens(signal)) this.#leaveToProgram(signal);
      else this.#end(signal);
    },
    { [OURS]: true },
  );

  /**
   * Its listeners run now, and the process ends by `exit`, where everything is delivered, or goes on. A listener that
   * takes itself back and sends the signal once more is heard, as then nobody else is there to deliver.
   */
  #leaveToProgram(signal: NodeJS.Signals): void {
    const onRemoved = (name: string | symbol): void => {
      if (name === signal && !programListens(signal)) this.#listenTo(signal);
    };
    process.on("removeListener", onRemoved);
    nextTurn(() => {
      process.removeListener("removeListener", onRemoved);
      this.#events.sendNow();
      this.#listenTo(signal);
    });
  }

  /** Delivers, and ends the process as the signal would have. */
  #end(signal: NodeJS.Signals): void {
    const events = this.#events;
    events.deliver();
    const waiting = events.wait();
    if (waiting === undefined) report(events);
    else this.#takeTurn(waiting);
    // Another copy of the package comes next; the last one ends the process. Until that nobody listens, where there
    // is something to wait for: a second signal kills at once, and so does the one that comes after the wait.
    if (process.listenerCount(signal) === 0) {
      if (turns.size === 0) process.kill(process.pid, signal);
      else void Promise.allSettled(turns).then(() => process.kill(process.pid, signal));
    }
    this.#listenAgain(signal);
  }

  /** Waiting may have brought a key that the worker lacked, and left a request under way. */
  #takeTurn(waiting: Promise<unknown>): void {
    const turn = waiting.then(() => {
      this.#events.deliver();
      report(this.#events);
      turns.delete(turn);
    });
    turns.add(turn);
  }

  /** For a process that outlives the signal, as PID 1 does. */
  #listenAgain(signal: NodeJS.Signals): void {
    nextTurn(() => {
      void Promise.allSettled(turns).then(() => {
        this.#events.outlive();
        this.#listenTo(signal);
      });
    });
  }
}

/** A signal does not end PID 1, with or without us. */
function report(events: SignalEvents): void {
  if (process.pid !== 1) events.report();
}

/** Whether anybody but the copies of this package listens. */
function programListens(signal: NodeJS.Signals): boolean {
  return process.listeners(signal).some((listener) => !(OURS in listener));
}

function isMainThread(): boolean {
  const threads: typeof WorkerThreads = process.getBuiltinModule("node:worker_threads");
  return threads.isMainThread;
}
