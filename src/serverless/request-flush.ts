// Vercel freezes a function when its response is sent, but for what was handed to the request's waitUntil().
import { nextTurn } from "../real-time.ts";
import type { Flush } from "./living-flushes.ts";

/** Where Vercel's runtime keeps the request that is being answered. */
const REQUEST_CONTEXT = Symbol.for("@vercel/request-context");

interface VercelRequest {
  waitUntil?(promise: Promise<unknown>): void;
}

interface Progress {
  /** Whether a flush is under way. */
  running: boolean;
  /** Whether a span ended since it began. */
  again: boolean;
}

const TIMEOUT_MILLIS = 10_000;

const slots = globalThis as { [REQUEST_CONTEXT]?: { get?(): VercelRequest | undefined } | null };

/** Whether requests wait for their spans here, as on Vercel. */
export const areRequestsKnown = (): boolean => slots[REQUEST_CONTEXT] !== undefined;

/** Hands one processor's flushes to the requests whose spans they deliver. Does nothing elsewhere. */
export class RequestFlush {
  readonly #flush: Flush;
  readonly #requests = new WeakMap<VercelRequest, Progress>();

  constructor(flush: Flush) {
    this.#flush = flush;
  }

  /**
   * To be called when a span has ended. The first one without a parent in this process that ends in a request starts a
   * flush that the request waits for; later ones join it. Never throws.
   */
  spanEnded(isRoot: () => boolean): void {
    try {
      const request = slots[REQUEST_CONTEXT]?.get?.();
      if (typeof request?.waitUntil === "function") this.#endedIn(request, isRoot);
    } catch {
      // The platform's own affair: the spans are sent after the usual delay.
    }
  }

  #endedIn(request: VercelRequest, isRoot: () => boolean): void {
    const known = this.#requests.get(request);
    if (known?.running) {
      known.again = true;
      return;
    }
    // A child that outlives the root, as the body of a stream does, is waited for too.
    if (known === undefined && !isRoot()) return;
    const progress = known ?? { running: true, again: false };
    progress.running = true;
    this.#requests.set(request, progress);
    request.waitUntil?.(this.#run(progress));
  }

  async #run(progress: Progress): Promise<void> {
    do {
      progress.again = false;
      // What ends in the same turn as the root goes along.
      await new Promise<void>(nextTurn);
      await this.#flush(TIMEOUT_MILLIS).catch(() => undefined);
    } while (progress.again);
    progress.running = false;
  }
}
