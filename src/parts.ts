// Node's build of this package reads some parts only when they are needed: see `DOORS` in scripts/later-parts.ts.
import { inspect } from "node:util";
import { setTimer } from "./deadline.ts";
import { errorText, rearm, say, sayOnce } from "./diagnostics.ts";
import { nowMillis } from "./real-time.ts";

/** How often a part that could not be read is tried again. */
const RETRY_MILLIS = 1_000;

/** What is over once files are closed, or memory is free. */
const PASSING: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE", "ENOMEM", "EAGAIN", "EIO"]);

/** Whether reading a file may succeed another time. */
export const isPassing = (error: unknown): boolean => PASSING.has((error as NodeJS.ErrnoException)?.code);

/** In a test runner's sandbox (jest's) Node's functions are of another realm. */
const isSandboxed = Object.getPrototypeOf(inspect) !== Function.prototype;

/** A script that has sent its spans sooner reads only what it needed. */
const AHEAD_MILLIS = 50;

/** Has a part read soon that need not be there yet: when it is needed its file may be gone, or no file be opened any more. */
export function readAhead(load: () => unknown): void {
  const read = (): void => {
    try {
      load();
    } catch {
      // It is tried again, and said, where it is needed.
    }
  };
  // Jest fails a run that asks for a file after the last test.
  if (isSandboxed) read();
  else setTimer(read, AHEAD_MILLIS);
}

/** A part that may be impossible to read, as after an update under a running program, which goes on without it. */
export class LaterPart<Part> {
  readonly #load: () => Part;
  readonly #consequence: string;
  #part: Part | undefined;
  #error: unknown;
  #nextTryMillis = 0;

  /** `consequence` says what happens meanwhile, without a full stop, and names the episode. */
  constructor(load: () => Part, consequence: string) {
    this.#load = load;
    this.#consequence = consequence;
  }

  /**
   * Gives the part; `undefined` where it cannot be loaded, which is said once. That is tried again after a second at the
   * earliest, or where it is `urgent`.
   */
  get(urgent = false): Part | undefined {
    if (this.#part !== undefined || (!urgent && nowMillis() < this.#nextTryMillis)) return this.#part;
    try {
      this.#part = this.#load();
    } catch (error) {
      this.#error = error;
      this.#nextTryMillis = nowMillis() + RETRY_MILLIS;
      this.#sayFailed();
      return undefined;
    }
    if (this.#nextTryMillis > 0) this.#sayLoaded();
    return this.#part;
  }

  /** Whether it could not be loaded, and may be later. */
  get isDelayed(): boolean {
    return this.#part === undefined && isPassing(this.#error);
  }

  /** Why it could not be loaded the last time, and what to do. */
  get explanation(): string {
    return `${this.#what}. ${this.#advice}`;
  }

  get #what(): string {
    return `A part of phoenix-otel cannot be loaded: ${errorText(this.#error)}`;
  }

  get #advice(): string {
    return isPassing(this.#error)
      ? "It is tried again. Close files, or let the process open more of them (ulimit -n)."
      : "Restart the program after an update of its packages.";
  }

  get #episode(): string {
    return `load:${this.#consequence}`;
  }

  #sayFailed(): void {
    const code = this.isDelayed ? "PHX210" : "PHX204";
    sayOnce(this.#episode, { code, message: `${this.#what}. ${this.#consequence}. ${this.#advice}` });
  }

  #sayLoaded(): void {
    rearm(this.#episode);
    say({
      code: "PHX211",
      message: "The part of phoenix-otel that could not be loaded is there now. What waited for it goes on.",
    });
  }
}
