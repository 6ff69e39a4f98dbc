// Keeps the spans that the page shows: the traces that grew last, finished or not, in bounded memory.
import { randomUUID } from "node:crypto";
import type { TraceSpan } from "../../collector/trace/trace-span.ts";

/** A trace as far as it has arrived. */
export interface KeptTrace {
  readonly traceId: string;
  /** By span id, in arrival order. */
  readonly spans: ReadonlyMap<string, TraceSpan>;
  /** Counts up through all traces, so that the latest change has the highest. */
  readonly revision: number;
  /** Which trace came first. */
  readonly arrival: number;
}

/** Options of {@link TraceStore}. */
export interface TraceStoreOptions {
  /** 1,000 by default. */
  readonly maxTraces?: number;
  /** Most memory for spans, in encoded bytes; 256 MiB by default. The latest trace stays whatever it takes. */
  readonly maxBytes?: number;
}

interface OpenTrace extends KeptTrace {
  spans: Map<string, TraceSpan>;
  revision: number;
  bytes: number;
}

/** What a span costs beside its encoded bytes. */
const SPAN_OVERHEAD_BYTES = 512;

/** The latest traces; beyond its bounds those go that did not grow for longest. */
export class TraceStore {
  readonly #maxTraces: number;
  readonly #maxBytes: number;
  /** Least recently grown first. */
  readonly #traces = new Map<string, OpenTrace>();
  /** Tells a view that was started again from the one before. */
  readonly #id = randomUUID();
  #changes = 0;
  #arrivals = 0;
  #bytes = 0;

  constructor({ maxTraces = 1_000, maxBytes = 256 * 1024 * 1024 }: TraceStoreOptions = {}) {
    this.#maxTraces = maxTraces;
    this.#maxBytes = maxBytes;
  }

  /** Another text after each change. */
  get version(): string {
    return this.versionOf({ revision: this.#changes });
  }

  /** Another text after each change of this trace. */
  versionOf({ revision }: Pick<KeptTrace, "revision">): string {
    return `${this.#id}.${revision}`;
  }

  /** Takes the spans of one request that was `byteLength` long. */
  add(spans: readonly TraceSpan[], byteLength: number): void {
    const bytes = byteLength / Math.max(spans.length, 1) + SPAN_OVERHEAD_BYTES;
    this.#changes += 1;
    for (const span of spans) {
      const trace = this.#grow(span.traceId);
      if (trace.spans.has(span.spanId)) continue;
      trace.spans.set(span.spanId, span);
      trace.revision = this.#changes;
      trace.bytes += bytes;
      this.#bytes += bytes;
    }
    this.#makeRoom();
  }

  /** The traces, in the order in which they last grew. */
  traces(): KeptTrace[] {
    return [...this.#traces.values()];
  }

  /** The trace with this id, if it is kept. */
  find(traceId: string): KeptTrace | undefined {
    return this.#traces.get(traceId);
  }

  #grow(traceId: string): OpenTrace {
    const known = this.#traces.get(traceId);
    if (known === undefined) this.#arrivals += 1;
    else this.#traces.delete(traceId);
    const trace = known ?? { traceId, spans: new Map(), revision: 0, arrival: this.#arrivals, bytes: 0 };
    this.#traces.set(traceId, trace);
    return trace;
  }

  #makeRoom(): void {
    for (const trace of this.#traces.values()) {
      if (this.#traces.size <= this.#maxTraces && this.#bytes <= this.#maxBytes) return;
      if (this.#traces.size === 1) return;
      this.#traces.delete(trace.traceId);
      this.#bytes -= trace.bytes;
    }
  }
}
