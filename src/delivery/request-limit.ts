// How large a request may be: what the transport says, lowered by what a server refused.
import type { Sender } from "./sender.ts";

/** A server that refuses less than this has another problem than size. */
const LEAST_BYTES = 64 * 1024;

/** Remembers, per server, the largest request it may be sent. */
export class RequestLimit {
  readonly #sender: Sender;
  readonly #learned = new Map<string, number>();

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** Most bytes of a request now. */
  get bytes(): number {
    const learned = this.#learned.get(this.#sender.url) ?? Infinity;
    return Math.min(this.#sender.maxRequestBytes, learned);
  }

  /**
   * Lowers the limit after a request was refused for its size: to what the server said, else to half
   * the request, never under 64 KiB. Says whether the limit is lower than that request now.
   */
  learn(refusedBytes: number, saidBytes?: number): boolean {
    const half = Math.floor(refusedBytes / 2);
    const limit = saidBytes !== undefined && saidBytes > 0 && saidBytes < refusedBytes ? saidBytes : half;
    this.#learned.set(this.#sender.url, Math.max(LEAST_BYTES, Math.min(limit, this.bytes)));
    return this.bytes < refusedBytes;
  }
}
