// The traces as a table, a row for each.
import { Component, type JSX } from "preact";
import type { TraceRow } from "../api.ts";
import { countOf, formatCount, formatDuration, formatMoment } from "../quantities.ts";
import { traceAddress } from "../route.ts";
import { Kind, Line, MANY } from "../text.tsx";

/** The table of `traces`, in their order, with those seen that are `shown`. */
export function TraceTable(props: {
  traces: readonly TraceRow[];
  shown: ReadonlySet<TraceRow>;
}): JSX.Element {
  const { traces, shown } = props;
  // Not <table>: only rows that are laid out on their own can wait with it until they are seen.
  return (
    <div class="scrolls">
      <div role="table" class="traces" aria-label="Traces">
        <div role="rowgroup">
          <div role="row" class="trace titles">
            {TITLES.map((title) => (
              <span key={title} role="columnheader" class={NUMBERS.has(title) ? "number" : undefined}>
                {title}
              </span>
            ))}
          </div>
        </div>
        <div role="rowgroup" class={traces.length > MANY ? "many" : undefined}>
          {traces.map((trace) => (
            // Hidden rows stay: making hundreds again takes longer than a reader waits.
            <Row key={trace.traceId} trace={trace} isHidden={!shown.has(trace)} />
          ))}
        </div>
      </div>
    </div>
  );
}

const TITLES = ["Name", "Kind", "Project", "Started", "Duration", "Spans", "Tokens", "Status"];
const NUMBERS: ReadonlySet<string> = new Set(["Duration", "Spans", "Tokens"]);

interface RowProps {
  readonly trace: TraceRow;
  readonly isHidden: boolean;
}

/** One of up to a thousand rows: drawn again only when its trace has grown. */
class Row extends Component<RowProps> {
  override shouldComponentUpdate({ trace, isHidden }: RowProps): boolean {
    const { revision, startMillis } = this.props.trace;
    const hasGrown = trace.revision !== revision || trace.startMillis !== startMillis;
    return hasGrown || isHidden !== this.props.isHidden;
  }

  override render({ trace, isHidden }: RowProps): JSX.Element {
    return (
      <div role="row" class="trace" hidden={isHidden}>
        <span role="cell">
          <a class="row-link" href={traceAddress(trace.traceId)}>
            <Line text={trace.name} otherwise="(no name)" />
          </a>
          <Line class="preview" text={trace.input} />
        </span>
        <span role="cell">
          <Kind kind={trace.kind} />
        </span>
        <span role="cell">
          <Line text={trace.project} />
        </span>
        <span role="cell" class="moment">
          {formatMoment(trace.startMillis)}
        </span>
        <span role="cell" class="number">
          {formatDuration(trace.durationMillis)}
        </span>
        <span role="cell" class="number">
          {formatCount(trace.spanCount)}
        </span>
        <span role="cell" class="number">
          {trace.tokenCount > 0 ? formatCount(trace.tokenCount) : ""}
        </span>
        <span role="cell">
          <TraceStatus trace={trace} />
        </span>
      </div>
    );
  }
}

/** What is to be said of a trace at a glance. */
export function TraceStatus({ trace }: { trace: TraceRow }): JSX.Element {
  return (
    <>
      {trace.errorCount > 0 && <span class="failed">{countOf(trace.errorCount, "error")}</span>}
      {trace.parentMissing && <span class="faint"> unfinished</span>}
    </>
  );
}
