// Errors that nobody catches end Deno without an `exit` event: its own events tell of them, while the process still stands.

/** What Deno hands to a listener of `error` and `unhandledrejection`. */
interface DenoErrorEvent {
  readonly defaultPrevented: boolean;
}

/** Each event, and Node's name for it. */
const EVENTS = { error: "uncaughtException", unhandledrejection: "unhandledRejection" } as const;

type DenoEvent = keyof typeof EVENTS;

interface EventTarget {
  addEventListener?(name: DenoEvent, listener: (event: DenoErrorEvent) => void): void;
  removeEventListener?(name: DenoEvent, listener: (event: DenoErrorEvent) => void): void;
}

/** Listens to errors that nobody catches, where this is Deno. */
export class DenoErrors {
  readonly #uncaught: () => void;
  readonly #isHeard: (nodeEvent: string) => boolean;
  readonly #listeners: readonly (readonly [DenoEvent, (event: DenoErrorEvent) => void])[];

  /** `uncaught` is called before Deno ends; `isHeard` tells whether the program listens by Node's name, and goes on. */
  constructor(uncaught: () => void, isHeard: (nodeEvent: string) => boolean) {
    this.#uncaught = uncaught;
    this.#isHeard = isHeard;
    this.#listeners = (Object.keys(EVENTS) as DenoEvent[]).map((name) => [
      name,
      (event) => this.#heard(name, event),
    ]);
  }

  listen(): void {
    if (!("Deno" in globalThis)) return;
    for (const listener of this.#listeners) (globalThis as EventTarget).addEventListener?.(...listener);
  }

  unlisten(): void {
    if (!("Deno" in globalThis)) return;
    for (const listener of this.#listeners) (globalThis as EventTarget).removeEventListener?.(...listener);
  }

  #heard(name: DenoEvent, { defaultPrevented }: DenoErrorEvent): void {
    if (defaultPrevented || this.#isHeard(EVENTS[name])) return;
    this.#uncaught();
  }
}
