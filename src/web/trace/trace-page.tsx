// One trace: its tree on a time line, and the span that is looked at.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { TraceData, TraceRow } from "../api.ts";
import { Connection } from "../connection.tsx";
import { TraceStatus } from "../list/trace-table.tsx";
import { useLive } from "../live.ts";
import { countOf, formatDuration, formatMoment } from "../quantities.ts";
import { replaceAddress, sessionAddress, traceAddress } from "../route.ts";
import { SpanDetails } from "../span/span-details.tsx";
import { Kind, Line } from "../text.tsx";
import { useTitle } from "../title.ts";
import { SpanTree } from "./span-tree.tsx";

/** Shows a trace, and of its spans the one with `spanId`, or the first. */
export function TracePage(props: { traceId: string; spanId: string | undefined }): JSX.Element {
  const { traceId, spanId } = props;
  const live = useLive<TraceData>(`/api/traces/${encodeURIComponent(traceId)}`);
  useTitle(live.data?.trace.name || "Trace");
  return (
    <>
      <p class="above">
        <a href="#/traces">All traces</a>
      </p>
      <Connection state={live.state} />
      {live.state === "unknown to the view" && (
        <p class="notice" role="alert">
          The view does not keep this trace: it was started again, or a thousand others came since.
        </p>
      )}
      {live.data !== undefined && <Trace data={live.data} spanId={spanId} />}
    </>
  );
}

function Trace({ data, spanId }: { data: TraceData; spanId: string | undefined }): JSX.Element {
  const { trace, spans } = data;
  const selected = spans.find((span) => span.spanId === spanId) ?? spans[0];
  return (
    <>
      <TraceHeading trace={trace} />
      {selected !== undefined && (
        <div class="panes">
          <SpanTree
            spans={spans}
            traceMillis={trace.durationMillis}
            selectedId={selected.spanId}
            // Looking at another span is no step back to undo: back leads to where the trace was opened.
            onSelect={(id) => replaceAddress(traceAddress(trace.traceId, id))}
          />
          <SpanDetails traceId={trace.traceId} row={selected} />
        </div>
      )}
    </>
  );
}

function TraceHeading({ trace }: { trace: TraceRow }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  // The link that led here is gone: without this, keyboard and screen reader start at the top of the document again.
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        <Line text={trace.name} otherwise="(no name)" />
      </h1>
      <p class="facts">
        <Kind kind={trace.kind} />
        <Line text={trace.project} />
        <span>{formatMoment(trace.startMillis)}</span>
        <span>{formatDuration(trace.durationMillis)}</span>
        <span>{countOf(trace.spanCount, "span")}</span>
        {trace.tokenCount > 0 && <span>{countOf(trace.tokenCount, "token")}</span>}
        <TraceStatus trace={trace} />
        {trace.sessions.map((session) => (
          <a key={session} href={sessionAddress(session)}>
            session <Line text={session} />
          </a>
        ))}
        <span class="id faint">{trace.traceId}</span>
      </p>
    </>
  );
}
