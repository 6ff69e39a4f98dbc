// Listeners of the process that come before the program's, and stay when the program takes all listeners away.
import { EventEmitter } from "node:events";

type Listener = (signal: NodeJS.Signals) => void;

/** Marks the listeners of every loaded copy of this package, of any version. */
const OURS = Symbol.for("phoenix-otel.exit-listener");

const isOurs = (listener: object): boolean => OURS in listener;

/** All listeners to an event, those too that somebody (tsx) hides from `process.listeners`; Bun has those alone. */
function listenersTo(event: string): Function[] {
  const all = EventEmitter.prototype.listeners.call(process, event);
  return all.length > 0 ? all : process.listeners(event as NodeJS.Signals);
}

/** Whether the program listens, as far as it shows. */
export function programListens(event: string): boolean {
  return process.listeners(event as NodeJS.Signals).some((listener) => !isOurs(listener));
}

/** Whether anybody but the copies of this package listens, hidden or not. */
export function othersListen(event: string): boolean {
  return listenersTo(event).some((listener) => !isOurs(listener));
}

/** Runs something when the listeners to the event of now have run. Not by `nextTick`, which fake timers replace. */
export function afterwards(run: () => void): void {
  void Promise.resolve().then(run);
}

/** Listeners of one copy of this package, one for each event. Among the copies no one comes first. */
export class FirstListeners {
  readonly #listeners = new Map<string, Listener>();
  #isRepairing = false;
  /** The event whose listener is being moved. */
  #moving: string | undefined;

  add(event: string, listener: Listener): void {
    if (this.#listeners.size === 0) {
      attempt(() => process.on("newListener", this.#onAdded));
      attempt(() => process.on("removeListener", this.#onRemoved));
    }
    this.#listeners.set(event, Object.assign(listener, { [OURS]: true }));
    this.#putFirst(event, listener);
  }

  /** Gives whether the listener is gone. */
  remove(event: string): boolean {
    const listener = this.#listeners.get(event);
    if (listener === undefined) return true;
    this.#listeners.delete(event);
    attempt(() => process.removeListener(event, listener));
    if (this.#listeners.size === 0) {
      attempt(() => process.removeListener("newListener", this.#onAdded));
      attempt(() => process.removeListener("removeListener", this.#onRemoved));
    }
    return !listenersTo(event).includes(listener);
  }

  /** Whether the listener to an event is there. */
  isHeard(event: string): boolean {
    return listenersTo(event).some((listener) => listener === this.#listeners.get(event));
  }

  /** It is not there yet, and may come first. */
  readonly #onAdded = (event: string | symbol, listener: object): void => {
    if (typeof event === "string" && this.#listeners.has(event) && !isOurs(listener)) this.#repairLater();
  };

  /** At once, as the program may end right after that; and later, as it may take away all of them. */
  readonly #onRemoved = (event: string | symbol, listener: Listener): void => {
    if (typeof event !== "string" || this.#listeners.get(event) !== listener) return;
    if (this.#moving === event) return;
    this.#putFirst(event, listener);
    this.#repairLater();
  };

  #repairLater(): void {
    if (this.#isRepairing) return;
    this.#isRepairing = true;
    afterwards(() => {
      this.#isRepairing = false;
      for (const [event, listener] of this.#listeners) this.#putFirst(event, listener);
    });
  }

  #putFirst(event: string, listener: Listener): void {
    const listeners = listenersTo(event);
    const at = listeners.indexOf(listener);
    if (at !== -1 && listeners.slice(0, at).every(isOurs)) return;
    this.#moving = event;
    attempt(() => process.removeListener(event, listener));
    this.#moving = undefined;
    attempt(() => process.prependListener(event as NodeJS.Signals, listener));
  }
}

/** Changes the listeners of the process: a frozen one throws, when it has done what it was asked for. */
export function attempt(run: () => unknown): void {
  try {
    run();
  } catch {
    // Whether it helped is asked by `isHeard`.
  }
}
