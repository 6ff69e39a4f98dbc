// What the page asks for, read from the store.
import { summarizeSpan } from "../../collector/trace/span-summary.ts";
import { rangeOf } from "../../collector/trace/time-range.ts";
import { toJsonValue } from "../../collector/trace/trace-json.ts";
import type { TraceSpan } from "../../collector/trace/trace-span.ts";
import type { TraceRow } from "../../web/api.ts";
import { findTraces } from "./find-traces.ts";
import { rootOf, spanRows, toMillis, traceRow } from "./trace-row.ts";
import type { KeptTrace, TraceStore } from "./trace-store.ts";

/** Most characters of a text in a session; the span itself has the whole. */
const MAX_TURN_LENGTH = 20_000;

/** What there is: JSON, or nothing new since the version that the page has. */
export type PageData = { readonly json: string } | "unchanged";

/** What the page asks for by `url`; `undefined` where there is nothing. */
export async function readPageData(store: TraceStore, url: URL): Promise<PageData | undefined> {
  const [first, traceId, spans, spanId, ...rest] = url.pathname.split("/").slice(2).map(decodePart);
  if (rest.length > 0) return undefined;
  if (first === "matches" && traceId === undefined) {
    const text = url.searchParams.get("text") ?? "";
    return toJson({ traceIds: await findTraces(store.traces(), text) });
  }
  if (first === "sessions" && traceId === undefined) {
    return unlessKnown(url, store.version, () => sessionOf(store, url.searchParams.get("id") ?? ""));
  }
  if (first !== "traces") return undefined;
  if (traceId === undefined) {
    return unlessKnown(url, store.version, () => ({ traces: newestFirst(store.traces()) }));
  }
  const trace = store.find(traceId);
  if (trace === undefined) return undefined;
  if (spans === undefined) {
    return unlessKnown(url, store.versionOf(trace), () => ({
      trace: traceRow(trace),
      spans: spanRows(trace),
    }));
  }
  const span = spans === "spans" ? trace.spans.get(spanId ?? "") : undefined;
  return span && toJson(spanData(span));
}

function unlessKnown(url: URL, version: string, read: () => object): PageData {
  return url.searchParams.get("after") === version ? "unchanged" : toJson({ version, ...read() });
}

function newestFirst(traces: readonly KeptTrace[]): TraceRow[] {
  return traces
    .map((trace) => ({ arrival: trace.arrival, row: traceRow(trace) }))
    .toSorted((a, b) => b.row.startMillis - a.row.startMillis || b.arrival - a.arrival)
    .map(({ row }) => row);
}

function sessionOf(store: TraceStore, id: string): { traces: TraceRow[] } {
  const traces = store.traces().filter((trace) => traceRow(trace).sessions.includes(id));
  const whole = new Map(traces.map((trace) => [trace.traceId, rootOf(trace)]));
  return {
    traces: newestFirst(traces)
      .toReversed()
      .map((row) => {
        const root = whole.get(row.traceId);
        const { input, output } = root === undefined ? row : summarizeSpan(root);
        return { ...row, input: cut(input), output: cut(output) };
      }),
  };
}

function cut(text: string | undefined): string {
  if (text === undefined || text.length <= MAX_TURN_LENGTH) return text ?? "";
  return `${text.slice(0, MAX_TURN_LENGTH)}…`;
}

function spanData(span: TraceSpan): object {
  const { startNanos, endNanos } = rangeOf(span);
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? null,
    name: span.name,
    kind: summarizeSpan(span).kind,
    startMillis: toMillis(startNanos),
    durationMillis: toMillis(endNanos - startNanos),
    status: span.status,
    attributes: span.attributes,
    events: span.events.map(({ name, timeNanos, attributes }) => ({
      name,
      offsetMillis: toMillis(timeNanos - startNanos),
      attributes,
    })),
    links: span.links.map(({ traceId, spanId, attributes }) => ({ traceId, spanId, attributes })),
    resource: span.resource,
    scope: { name: span.scope.name, version: span.scope.version },
  };
}

const toJson = (value: object): PageData => ({ json: JSON.stringify(value, toJsonValue) });

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
