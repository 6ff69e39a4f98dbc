// Listeners of the process that come before the program's, and stay when the program takes all listeners away.
import { EventEmitter } from "node:events";

type Listener = (signal: NodeJS.Signals) => void;

/** Marks the listeners of every loaded copy of this package, of any version. */
const OURS = Symbol.for("phoenix-otel.exit-listener");

const isOurs = (listener: object): boolean => OURS in listener;

/** All listeners to an event, those too that somebody (tsx) hides from `process.listeners`. */
const listenersTo = (event: string): Function[] => EventEmitter.prototype.listeners.call(process, event);

/** Whether the program listens, as far as it shows. */
export function programListens(event: string): boolean {
  return process.listeners(event as NodeJS.Signals).some((listener) => !isOurs(listener));
}

/** Whether anybody but the copies of this package listens, hidden or not. */
export function othersListen(event: string): boolean {
  return listenersTo(event).some((listener) => !isOurs(listener));
}

/** Listeners of one copy of this package, one for each event. Among the copies no one comes first. */
export class FirstListeners {
  readonly #listeners = new Map<string, Listener>();
  #isRepairing = false;
  /** The event whose listener is being moved. */
  #moving: string | undefined;

  add(event: string, listener: Listener): void {
    if (this.#listeners.size === 0) {
      process.on("newListener", this.#onAdded);
      process.on("removeListener", this.#onRemoved);
    }
    this.#listeners.set(event, Object.assign(listener, { [OURS]: true }));
    this.#putFirst(event, listener);
  }

  remove(event: string): void {
    const listener = this.#listeners.get(event);
    if (listener === undefined) return;
    this.#listeners.delete(event);
    process.removeListener(event, listener);
    if (this.#listeners.size > 0) return;
    process.removeListener("newListener", this.#onAdded);
    process.removeListener("removeListener", this.#onRemoved);
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
    process.nextTick(() => {
      this.#isRepairing = false;
      for (const [event, listener] of this.#listeners) this.#putFirst(event, listener);
    });
  }

  #putFirst(event: string, listener: Listener): void {
    const listeners = listenersTo(event);
    const at = listeners.indexOf(listener);
    if (at !== -1 && listeners.slice(0, at).every(isOurs)) return;
    this.#moving = event;
    process.removeListener(event, listener);
    this.#moving = undefined;
    process.prependListener(event as NodeJS.Signals, listener);
  }
}
