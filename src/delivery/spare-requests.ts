// The memory of requests that were taken serves the next ones.

/** Smaller ones are not worth it; what builds requests uses no spare below this either. */
const LEAST_BYTES = 64 * 1024;
/** As many requests are under way at a time. */
const MAX_SPARES = 2;

/** Requests that nobody reads any more. */
export class SpareRequests {
  readonly #mostBytes: number;
  #spares: Uint8Array[] = [];

  /** @param mostBytes - What is larger is a giant's: its memory is left to the garbage collector. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Builds a request of about `bytes` over a spare one where that is of use; one that was not used stays. */
  use(bytes: number, build: (spare?: Uint8Array) => Uint8Array): Uint8Array {
    const spare = bytes < LEAST_BYTES ? undefined : this.#spares.pop();
    const request = build(spare);
    if (spare !== undefined && request.buffer !== spare.buffer) this.#keep(spare);
    return request;
  }

  /** Takes a request that was answered. */
  give(request: Uint8Array): void {
    if (request.byteLength >= LEAST_BYTES && request.byteLength <= this.#mostBytes) this.#keep(request);
  }

  /** The largest comes last, to be used next. */
  #keep(request: Uint8Array): void {
    const bySize = [...this.#spares, request].toSorted((a, b) => a.buffer.byteLength - b.buffer.byteLength);
    this.#spares = bySize.slice(-MAX_SPARES);
  }
}
