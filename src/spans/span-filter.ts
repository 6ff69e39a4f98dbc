// Which spans leave, and under which parent: what a filter orphans hangs under its nearest ancestor that leaves.
import type { SpanContext } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { sayOnce } from "../diagnostics.ts";
import { nowMillis } from "../real-time.ts";
import { type ParentId, TraceMemory } from "./trace-memory.ts";

/** Decides whether a span leaves for Phoenix. Asked once when it ends, and while it is open when a child of it ends. */
type SpanFilter = (span: ReadableSpan) => boolean;

/** What becomes of a span: it does not leave, or it leaves under this parent. */
export type Filtered = "filtered" | { readonly parent: SpanContext | undefined };

/** More ancestors than any trace has: ids that go in a circle must not hold the program. */
const MAX_ANCESTORS = 10_000;

/** Asks one filter, and remembers what is needed to keep traces connected. Nothing it does throws. */
export class FilterStep {
  readonly #filter: SpanFilter;
  readonly #prepare: (span: ReadableSpan) => ReadableSpan;
  readonly #traces: TraceMemory<ReadableSpan>;

  /** `prepare` makes of an open span what the filter is asked with; `now` gives milliseconds that never go back. */
  constructor(
    filter: SpanFilter,
    prepare: (span: ReadableSpan) => ReadableSpan,
    now: () => number = nowMillis,
  ) {
    this.#filter = filter;
    this.#prepare = prepare;
    this.#traces = new TraceMemory(now);
  }

  /** Takes note of a span that starts. */
  started(span: ReadableSpan): void {
    const { traceId, spanId } = span.spanContext();
    this.#traces.started(traceId, spanId, span);
  }

  /** Decides about a span that ended, as it would leave. */
  ended(span: ReadableSpan): Filtered {
    const { traceId, spanId } = span.spanContext();
    const parent = span.parentSpanContext;
    const trace = this.#traces.ended(traceId, spanId);
    const leaves = this.#ask(span);
    const gone = leaves ? 0 : trace.addGone(spanId, idOf(parent));
    const ancestor = leaves ? this.#nearest(trace, parent) : parent;
    this.#traces.settled(traceId, trace, gone);
    return leaves ? { parent: ancestor } : "filtered";
  }

  #nearest(
    trace: ReturnType<TraceMemory<ReadableSpan>["ended"]>,
    parent: SpanContext | undefined,
  ): SpanContext | undefined {
    if (parent === undefined) return undefined;
    const first = idOf(parent);
    let id = first;
    // Not asked whether it is remote: a context that came back to this process says so too.
    for (let steps = 0; steps < MAX_ANCESTORS && id.spanId !== ""; steps++) {
      const open = trace.openSpan(id.spanId);
      const above =
        open === undefined
          ? trace.parentOfGone(id.spanId)
          : this.#ask(this.#prepare(open))
            ? undefined
            : idOf(open.parentSpanContext);
      if (above === undefined) break;
      id = above;
    }
    if (id === first) return parent;
    if (id.spanId === "") return undefined;
    return {
      traceId: parent.traceId,
      spanId: id.spanId,
      traceFlags: parent.traceFlags,
      ...(id.isRemote && { isRemote: true }),
    };
  }

  /** A filter that fails keeps the span. */
  #ask(span: ReadableSpan): boolean {
    let answer: unknown;
    try {
      answer = this.#filter(span);
    } catch (error) {
      sayFailed(`threw ${error instanceof Error ? error.name : typeof error}`);
      return true;
    }
    if (typeof answer === "object" && answer !== null && "then" in answer) {
      Promise.resolve(answer as PromiseLike<unknown>).catch(() => undefined);
      sayFailed("gave a promise");
      return true;
    }
    return Boolean(answer);
  }
}

const idOf = (context: SpanContext | undefined): ParentId => ({
  spanId: context?.spanId ?? "",
  isRemote: context?.isRemote === true,
});

function sayFailed(what: string): void {
  sayOnce(`spanFilter:${what}`, {
    code: "PHX334",
    message: `spanFilter ${what}. The span is sent. Make spanFilter a synchronous function that does not throw and gives true or false.`,
  });
}
