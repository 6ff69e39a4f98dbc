// Trace and span ids of real randomness: a program may seed Math.random, and runs again with the same numbers.
import type { IdGenerator } from "@opentelemetry/sdk-trace-node";

const POOL_BYTES = 4096;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** Gives ids from a pool of random bytes, which is filled with the first one: loading node:crypto takes its time. */
export class RandomIds implements IdGenerator {
  readonly #pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  #used = POOL_BYTES;

  generateTraceId(): string {
    return this.#next(TRACE_ID_BYTES);
  }

  generateSpanId(): string {
    return this.#next(SPAN_ID_BYTES);
  }

  #next(bytes: number): string {
    if (this.#used + bytes > POOL_BYTES) {
      process.getBuiltinModule("node:crypto").randomFillSync(this.#pool);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += bytes;
    return this.#pool.toString("hex", start, this.#used);
  }
}
