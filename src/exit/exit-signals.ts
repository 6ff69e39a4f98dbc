// The signals that end a process: everything is delivered before one does, and a program that listens to the signal itself
// is left to it.
import { constants } from "node:os";
import type * as WorkerThreads from "node:worker_threads";
import { processSlot } from "../process-slot.ts";
import { nextTurn } from "../real-time.ts";
import { afterwards, attempt, FirstListeners, othersListen, programListens } from "./first-listeners.ts";
import { SelfKill } from "./self-kill.ts";

/**
 * What terminals, supervisors and watchers send, as far as the platform has them. Not SIGUSR1, by which Node starts its
 * inspector.
 */
const SIGNALS = (["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2", "SIGBREAK"] as const).filter(
  (name) => name in constants.signals,
);

/** Those that a process can send itself, but nobody can listen to. */
const UNHEARD = ["SIGKILL", "SIGABRT"] as const;

/** So many signals end the process, whatever is left. Package managers and terminals both send one: two are as good as one. */
const MAX_HEARD = 3;

/** What the copies of the package whose turn it is wait for before the signal may end the process. */
const turns = processSlot("exit-turns", 1, () => new Set<Promise<unknown>>());

/** What is done at a signal. Nothing of it throws or rejects. */
export interface SignalEvents {
  /** Delivers, blocked for a while; gives a promise for what is left after that. */
  deliver(): Promise<void> | undefined;
  /** Delivers, blocked until it is over. */
  deliverNow(): void;
  /** Starts waiting for what only waiting can deliver, where there is something. */
  wait(): Promise<unknown> | undefined;
  /** Whether only waiting can deliver what is left. */
  mustWait(): boolean;
  /** Has what is pending sent, and waits for nothing. */
  sendNow(): void;
  /** The process is about to end: says what is left. */
  report(): void;
  /** The process goes on. */
  outlive(): void;
}

/** The signals as one copy of the package hears them. */
export class ExitSignals {
  readonly #events: SignalEvents;
  readonly #listeners = new FirstListeners();
  readonly #selfKill: SelfKill;
  #isListening = false;
  /** The signal that ends the process, and how many came. */
  #ending: { readonly signal: NodeJS.Signals; heard: number } | undefined;

  constructor(events: SignalEvents) {
    this.#events = events;
    const numbers = Object.fromEntries(
      [...SIGNALS, ...UNHEARD].map((name) => [name, constants.signals[name]]),
    );
    this.#selfKill = new SelfKill(numbers, (signal) => this.#beforeSelfKill(signal));
  }

  listen(): void {
    this.#isListening = true;
    this.#selfKill.watch();
    for (const signal of SIGNALS) this.#listenTo(signal);
  }

  unlisten(): void {
    this.#isListening = false;
    this.#selfKill.unwatch();
    for (const signal of SIGNALS) this.#listeners.remove(signal);
  }

  /** In the `exit` event, when everything is delivered: no signal would be heard any more, and a process that ends by one does. */
  exited(): void {
    this.unlisten();
    if (this.#ending !== undefined) this.#die();
  }

  #listenTo(signal: NodeJS.Signals): void {
    if (this.#isListening) this.#listeners.add(signal, this.#onSignal);
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    // Signals never reach a worker thread; one that the program emits there is the program's.
    if (!isMainThread()) return;
    if (this.#ending !== undefined) this.#hearAgain(this.#ending);
    else if (programListens(signal)) this.#leaveToProgram(signal);
    else this.#endBy(signal);
  };

  /**
   * Its listeners run now, and the process ends by `exit`, where everything is delivered, or goes on. Meanwhile a library
   * that acts only where nobody else listens (signal-exit) finds itself alone. A listener that takes itself back and sends
   * the signal once more is heard, as then nobody else is there to deliver.
   */
  #leaveToProgram(signal: NodeJS.Signals): void {
    this.#listeners.remove(signal);
    const onRemoved = (name: string | symbol): void => {
      if (name === signal && !programListens(signal)) this.#listenTo(signal);
    };
    attempt(() => process.on("removeListener", onRemoved));
    nextTurn(() => {
      attempt(() => process.removeListener("removeListener", onRemoved));
      this.#events.sendNow();
      this.#listenTo(signal);
    });
  }

  /**
   * Hidden listeners (tsx) come first: they tell their supervisor, which waits for 30 ms only, and may end the process
   * where they find themselves alone.
   */
  #endBy(signal: NodeJS.Signals): void {
    this.#ending = { signal, heard: 1 };
    const isHiddenAround = othersListen(signal);
    if (isHiddenAround) this.#listeners.remove(signal);
    const turn = new Promise<void>((resolve) => {
      afterwards(() => {
        if (isHiddenAround) this.#listenTo(signal);
        resolve(this.#deliverAll());
      });
    }).then(() => void turns.delete(turn));
    turns.add(turn);
    void this.#dieAfterAll();
  }

  /** Blocked at first, so that the program does nothing more; then further signals must be heard. */
  async #deliverAll(): Promise<void> {
    const events = this.#events;
    const rest = events.deliver();
    if (rest !== undefined) await rest;
    const waiting = events.wait();
    if (waiting !== undefined) {
      await waiting;
      // Waiting may have brought a key that the worker lacked, and left a request under way.
      await events.deliver();
    }
    report(events);
  }

  /** The copies of the package wait for each other. */
  async #dieAfterAll(): Promise<void> {
    while (turns.size > 0) await Promise.allSettled(turns);
    this.#die();
  }

  #hearAgain(ending: { heard: number }): void {
    ending.heard++;
    if (ending.heard < MAX_HEARD) return;
    report(this.#events);
    this.#die();
  }

  /** Ends the process as the signal would have. */
  #die(): void {
    const signal = this.#ending?.signal;
    if (signal === undefined) return;
    this.#ending = undefined;
    // A copy of the package that still listens hears it, and has nothing left to do but the same.
    this.#kill(signal, this.#listeners.remove(signal));
    this.#listenAgain(signal);
  }

  /** Windows cannot send each signal that it knows, and a frozen process keeps its listeners. */
  #kill(signal: NodeJS.Signals, isUnheard: boolean): void {
    try {
      if (isUnheard) {
        this.#selfKill.kill(signal);
        return;
      }
    } catch {
      // As a shell tells that a signal ended a process.
    }
    process.exit(128 + constants.signals[signal]);
  }

  /** For a process that outlives the signal, as PID 1 does. Hidden listeners hear it before. */
  #listenAgain(signal: NodeJS.Signals): void {
    nextTurn(() =>
      nextTurn(() => {
        this.#events.outlive();
        this.#listenTo(signal);
      }),
    );
  }

  /** Where nobody listens, this is the last moment. What must be waited for is waited for when the signal is heard. */
  #beforeSelfKill(signal: NodeJS.Signals): void {
    if (!isMainThread() || this.#ending !== undefined || othersListen(signal)) return;
    this.#events.deliverNow();
    const isHeard = SIGNALS.some((name) => name === signal);
    if (isHeard && this.#events.mustWait()) return;
    report(this.#events);
    this.#listeners.remove(signal);
    if (isHeard) this.#listenAgain(signal);
  }
}

/** A signal does not end PID 1, with or without us. */
function report(events: SignalEvents): void {
  if (process.pid !== 1) events.report();
}

function isMainThread(): boolean {
  try {
    const threads: typeof WorkerThreads = process.getBuiltinModule("node:worker_threads");
    return threads.isMainThread;
  } catch {
    // Where process is frozen, Node cannot load it: there are no worker threads.
    return true;
  }
}
