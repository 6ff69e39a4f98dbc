// What a span filter remembers: which spans of a trace are open, and which ended ones did not leave. Ids only, bounded.

/** How long a trace in which nothing is open is remembered. */
const QUIET_MILLIS = 60_000;
/** Most spans that are open at a time: of a program that never ends its spans the oldest traces are forgotten. */
const MAX_OPEN = 100_000;
/** Most spans that did not leave, over all traces. */
const MAX_GONE = 100_000;

/** A span's parent, as far as it is remembered; `""` for none. */
export interface ParentId {
  readonly spanId: string;
  readonly isRemote: boolean;
}

const NO_PARENT: ParentId = { spanId: "", isRemote: false };

/** One trace in this process. `Open` is what is kept of a span while it is open, weakly. */
export class TraceEntry<Open extends WeakKey> {
  quietAtMillis = 0;
  goneCount = 0;
  #open: Map<string, WeakRef<Open>> | undefined;
  /** Pairs of a span's id and its parent's: most traces have few, for which a list takes the least memory. */
  #gone: string[] | Map<string, string> | undefined;

  get openCount(): number {
    return this.#open?.size ?? 0;
  }

  opened(spanId: string, span: Open): void {
    this.#open ??= new Map();
    this.#open.set(spanId, new WeakRef(span));
  }

  /** Gives whether the span was known to be open. */
  ended(spanId: string): boolean {
    const wasOpen = this.#open?.delete(spanId) ?? false;
    if (this.#open?.size === 0) this.#open = undefined;
    return wasOpen;
  }

  openSpan(spanId: string): Open | undefined {
    return this.#open?.get(spanId)?.deref();
  }

  /** Remembers a span that ended and does not leave. Gives by how many there are more. */
  addGone(spanId: string, { spanId: parentId, isRemote }: ParentId): number {
    const parent = isRemote ? `~${parentId}` : parentId;
    if (this.#gone === undefined) this.#gone = [spanId, parent];
    else if (this.#gone instanceof Map) this.#gone.set(spanId, parent);
    else if (this.#gone.length < MAX_LISTED) this.#gone.push(spanId, parent);
    else this.#gone = new Map([...pairs(this.#gone), [spanId, parent]]);
    if (this.#gone instanceof Map && this.#gone.size > MAX_GONE_OF_TRACE) {
      for (const oldest of this.#gone.keys()) {
        this.#gone.delete(oldest);
        return 0;
      }
    }
    this.goneCount++;
    return 1;
  }

  /** The parent of a span that did not leave; `undefined` for a span that did, or is not known. */
  parentOfGone(spanId: string): ParentId | undefined {
    const parent = this.#goneParent(spanId);
    if (parent === undefined) return undefined;
    if (parent === "") return NO_PARENT;
    return parent.startsWith("~")
      ? { spanId: parent.slice(1), isRemote: true }
      : { spanId: parent, isRemote: false };
  }

  /** The same in the least memory, for a trace that is quiet; a long one stays as it is. */
  packed(): string | this {
    return Array.isArray(this.#gone) ? [Math.ceil(this.quietAtMillis), ...this.#gone].join(",") : this;
  }

  static unpacked<Open extends WeakKey>(quiet: QuietTrace<Open>): TraceEntry<Open> {
    if (typeof quiet !== "string") return quiet;
    const entry = new TraceEntry<Open>();
    entry.#gone = quiet.split(",").slice(1);
    entry.goneCount = entry.#gone.length / 2;
    return entry;
  }

  #goneParent(spanId: string): string | undefined {
    const gone = this.#gone;
    if (!Array.isArray(gone)) return gone?.get(spanId);
    for (let at = 0; at < gone.length; at += 2) if (gone[at] === spanId) return gone[at + 1];
    return undefined;
  }
}

/** A trace without open spans: `<quietAtMillis>,<spanId>,<parent>,…`, or one with too many for that. */
type QuietTrace<Open extends WeakKey> = string | TraceEntry<Open>;

const MAX_LISTED = 32;
/** A trace that never ends, a worker's for example, has many. */
const MAX_GONE_OF_TRACE = 50_000;

function* pairs(list: readonly string[]): Iterable<[string, string]> {
  for (let at = 0; at < list.length; at += 2) yield [list[at] ?? "", list[at + 1] ?? ""];
}

/** The traces of one filter. A trace is forgotten a minute after nothing in it was open. */
export class TraceMemory<Open extends WeakKey> {
  readonly #now: () => number;
  /** Traces with open spans, the one that became so first in front. */
  readonly #live = new Map<string, TraceEntry<Open>>();
  /** Traces without, the one that has been quiet longest in front. */
  readonly #quiet = new Map<string, QuietTrace<Open>>();
  #openCount = 0;
  #goneCount = 0;

  /** `now` gives milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  started(traceId: string, spanId: string, span: Open): void {
    let trace = this.#live.get(traceId);
    if (trace === undefined) {
      trace = this.#takeQuiet(traceId) ?? new TraceEntry<Open>();
      this.#live.set(traceId, trace);
    }
    const before = trace.openCount;
    trace.opened(spanId, span);
    this.#openCount += trace.openCount - before;
    if (this.#openCount > MAX_OPEN) this.#forgetOldestLive();
  }

  /** The trace of a span that ends; the span is no longer open in it. {@link settled} follows. */
  ended(traceId: string, spanId: string): TraceEntry<Open> {
    const trace = this.#live.get(traceId) ?? this.#takeQuiet(traceId) ?? new TraceEntry<Open>();
    if (trace.ended(spanId)) this.#openCount--;
    return trace;
  }

  /** Takes note that the span is dealt with; `gone` is by how many more are remembered that did not leave. */
  settled(traceId: string, trace: TraceEntry<Open>, gone: number): void {
    this.#goneCount += gone;
    if (trace.openCount > 0) return;
    this.#live.delete(traceId);
    if (trace.goneCount > 0) {
      trace.quietAtMillis = this.#now();
      this.#quiet.set(traceId, trace.packed());
    }
    this.#sweep();
  }

  #takeQuiet(traceId: string): TraceEntry<Open> | undefined {
    const quiet = this.#quiet.get(traceId);
    if (quiet === undefined) return undefined;
    this.#quiet.delete(traceId);
    return TraceEntry.unpacked(quiet);
  }

  #sweep(): void {
    const since = this.#now() - QUIET_MILLIS;
    for (const [traceId, quiet] of this.#quiet) {
      const quietAtMillis = typeof quiet === "string" ? Number.parseInt(quiet, 10) : quiet.quietAtMillis;
      if (this.#goneCount <= MAX_GONE && quietAtMillis >= since) return;
      this.#quiet.delete(traceId);
      this.#goneCount -= TraceEntry.unpacked(quiet).goneCount;
    }
  }

  #forgetOldestLive(): void {
    for (const [traceId, trace] of this.#live) {
      this.#live.delete(traceId);
      this.#openCount -= trace.openCount;
      this.#goneCount -= trace.goneCount;
      return;
    }
  }
}
