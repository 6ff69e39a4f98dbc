// Puts arriving spans together into traces and decides when a trace is finished, in bounded memory.
import type { TraceSpan } from "./trace-span.ts";

/** Spans of one trace, handed out when it is finished, or when waiting longer makes no sense. */
export interface AssembledTrace {
  readonly traceId: string;
  /** In arrival order, each span id once. */
  readonly spans: readonly TraceSpan[];
  /** 1 at first; more when spans came late and the trace is handed out again, whole. */
  readonly revision: number;
}

/** Options of {@link TraceAssembler}. */
export interface TraceAssemblerOptions {
  readonly onTrace: (trace: AssembledTrace) => void;
  /** How long a trace with its root and all parents must be quiet to count as finished; 300 by default. */
  readonly quietMillis?: number;
  /** How long to wait for a parent that has not ended yet; 30,000 by default. */
  readonly missingParentMillis?: number;
  /** Most memory for spans, printed ones kept for latecomers included, in encoded bytes; 32 MiB by default. */
  readonly maxBytes?: number;
  /** Runs `callback` later and returns what cancels it. */
  readonly schedule: (callback: () => void, delayMillis: number) => () => void;
}

/** What a span costs beside its encoded bytes. */
const SPAN_OVERHEAD_BYTES = 512;

interface OpenTrace {
  readonly traceId: string;
  readonly spans: Map<string, TraceSpan>;
  /** Parents that other spans name and that have not arrived. */
  readonly missing: Set<string>;
  hasRoot: boolean;
  bytes: number;
  revision: number;
  /** Cancels the wait; absent while everything that arrived was handed out. */
  cancel: (() => void) | undefined;
}

/** Groups spans by trace. A trace whose spans were handed out stays for latecomers while memory lasts. */
export class TraceAssembler {
  readonly #onTrace: (trace: AssembledTrace) => void;
  readonly #quietMillis: number;
  readonly #missingParentMillis: number;
  readonly #maxBytes: number;
  readonly #schedule: TraceAssemblerOptions["schedule"];
  /** Least recently grown first. */
  readonly #traces = new Map<string, OpenTrace>();
  #bytes = 0;
  #waiting = 0;
  #onSettled: (() => void)[] = [];

  constructor(options: TraceAssemblerOptions) {
    this.#onTrace = options.onTrace;
    this.#quietMillis = options.quietMillis ?? 300;
    this.#missingParentMillis = options.missingParentMillis ?? 30_000;
    this.#maxBytes = options.maxBytes ?? 32 * 1024 * 1024;
    this.#schedule = options.schedule;
  }

  /** Takes the spans of one request that was `byteLength` long. */
  add(spans: readonly TraceSpan[], byteLength: number): void {
    const bytes = byteLength / Math.max(spans.length, 1) + SPAN_OVERHEAD_BYTES;
    const grown = new Set<OpenTrace>();
    for (const span of spans) {
      const trace = this.#traceOf(span.traceId);
      if (trace.spans.has(span.spanId)) continue;
      addTo(trace, span);
      trace.bytes += bytes;
      this.#bytes += bytes;
      grown.add(trace);
    }
    for (const trace of grown) this.#wait(trace);
    this.#makeRoom();
  }

  /** Hands out every trace that still waits, as it is. */
  flush(): void {
    for (const trace of this.#traces.values()) this.#handOut(trace);
  }

  /** Resolves once no trace waits. */
  settled(): Promise<void> {
    if (this.#waiting === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onSettled.push(resolve);
    });
  }

  #traceOf(traceId: string): OpenTrace {
    const known = this.#traces.get(traceId);
    const trace = known ?? {
      traceId,
      spans: new Map(),
      missing: new Set(),
      hasRoot: false,
      bytes: 0,
      revision: 0,
      cancel: undefined,
    };
    if (known !== undefined) this.#traces.delete(traceId);
    this.#traces.set(traceId, trace);
    return trace;
  }

  #wait(trace: OpenTrace): void {
    if (trace.cancel === undefined) this.#waiting += 1;
    trace.cancel?.();
    const finished = trace.hasRoot && trace.missing.size === 0;
    const delayMillis = finished ? this.#quietMillis : this.#missingParentMillis;
    trace.cancel = this.#schedule(() => this.#handOut(trace), delayMillis);
  }

  #handOut(trace: OpenTrace): void {
    if (trace.cancel === undefined) return;
    trace.cancel();
    trace.cancel = undefined;
    trace.revision += 1;
    this.#waiting -= 1;
    this.#onTrace({
      traceId: trace.traceId,
      spans: [...trace.spans.values()],
      revision: trace.revision,
    });
    if (this.#waiting > 0) return;
    const settled = this.#onSettled;
    this.#onSettled = [];
    for (const resolve of settled) resolve();
  }

  #makeRoom(): void {
    if (this.#bytes <= this.#maxBytes) return;
    const all = [...this.#traces.values()];
    const handedOutFirst = [
      ...all.filter(({ cancel }) => cancel === undefined),
      ...all.filter(({ cancel }) => cancel !== undefined),
    ];
    for (const trace of handedOutFirst) {
      // Some room to grow into, so that this does not run again for every request.
      if (this.#bytes <= this.#maxBytes * 0.75) return;
      this.#handOut(trace);
      this.#traces.delete(trace.traceId);
      this.#bytes -= trace.bytes;
    }
  }
}

function addTo(trace: OpenTrace, span: TraceSpan): void {
  trace.spans.set(span.spanId, span);
  trace.missing.delete(span.spanId);
  const { parentSpanId } = span;
  if (parentSpanId === undefined || span.parentIsRemote) trace.hasRoot = true;
  else if (!trace.spans.has(parentSpanId)) trace.missing.add(parentSpanId);
}
