// The list of traces with its filters.
import type { JSX } from "preact";
import type { TraceList, TraceRow } from "../api.ts";
import { Connection } from "../connection.tsx";
import type { Live } from "../live.ts";
import { countOf, formatCount } from "../quantities.ts";
import type { TraceFilter } from "../route.ts";
import { useTitle } from "../title.ts";
import { TraceFilters } from "./trace-filters.tsx";
import { TraceTable } from "./trace-table.tsx";
import { useMatches } from "./use-matches.ts";

/** Shows the traces that pass `filter`. */
export function TraceListPage(props: { list: Live<TraceList>; filter: TraceFilter }): JSX.Element {
  const { list, filter } = props;
  const all = list.data?.traces ?? [];
  const matches = useMatches(filter.text, list.data?.version);
  const shown = new Set(all.filter((trace) => passes(trace, filter, matches)));
  useTitle("Traces");
  return (
    <>
      <h1>Traces</h1>
      <TraceFilters filter={filter} traces={all} />
      <p role="status" class="count">
        {list.data === undefined ? "" : countText(shown.size, all.length)}
      </p>
      <Connection state={list.state} />
      {list.data !== undefined && all.length === 0 ? <Waiting /> : <TraceTable traces={all} shown={shown} />}
    </>
  );
}

function passes(trace: TraceRow, filter: TraceFilter, matches: ReadonlySet<string> | undefined): boolean {
  return (
    (filter.project === "" || trace.project === filter.project) &&
    (filter.kind === "" || trace.kinds.includes(filter.kind)) &&
    (!filter.onlyErrors || trace.errorCount > 0) &&
    (matches === undefined || matches.has(trace.traceId))
  );
}

function countText(shown: number, all: number): string {
  return shown === all ? countOf(all, "trace") : `${formatCount(shown)} of ${countOf(all, "trace")}`;
}

/** What to do when nothing has come yet. */
function Waiting(): JSX.Element {
  return (
    <section class="empty">
      <p>Nothing has arrived yet. Traces appear here by themselves.</p>
      <p>A program with phoenix-otel sends to this view when it is run with</p>
      <pre>PHOENIX_COLLECTOR_ENDPOINT={location.origin}</pre>
      <p>and on Phoenix's own ports without any setting.</p>
    </section>
  );
}
