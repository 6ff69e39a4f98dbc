// One span in the tree: its place, kind and name, and when it ran on the time line of the trace.
import { Component, type JSX } from "preact";
import type { SpanRow } from "../api.ts";
import { formatCount, formatDuration } from "../quantities.ts";
import { Kind, kindClass, Line } from "../text.tsx";

/** Levels that are indented; deeper ones stay below each other. */
const MAX_INDENT = 12;

interface TreeItemProps {
  readonly span: SpanRow;
  readonly place: number;
  readonly siblings: number;
  readonly traceMillis: number;
  readonly isHidden: boolean;
  readonly isClosed: boolean;
  readonly isSelected: boolean;
  /** Whether the Tab key gets here. */
  readonly isTabStop: boolean;
}

/** One of up to thousands: drawn again only when something of it has changed. */
export class TreeItem extends Component<TreeItemProps> {
  override shouldComponentUpdate(next: TreeItemProps): boolean {
    const keys = Object.keys(next) as (keyof TreeItemProps)[];
    return keys.some((key) =>
      key === "span" ? !isSame(this.props.span, next.span) : this.props[key] !== next[key],
    );
  }

  override render(props: TreeItemProps): JSX.Element {
    const { span, isClosed, isSelected, isTabStop, traceMillis } = props;
    const duration = formatDuration(span.durationMillis);
    // Its name is what it says: the row is flat, so that children have theirs.
    return (
      <div
        role="treeitem"
        class="item"
        hidden={props.isHidden}
        data-span={span.spanId}
        aria-level={span.level}
        aria-posinset={props.place}
        aria-setsize={props.siblings}
        aria-expanded={span.hasChildren ? !isClosed : undefined}
        aria-selected={isSelected}
        tabIndex={isTabStop ? 0 : -1}
      >
        <span class="label-cell" style={{ paddingLeft: `${Math.min(span.level - 1, MAX_INDENT) + 1}em` }}>
          {span.hasChildren && <span class={`twist ${isClosed ? "closed" : "open"}`} />}
          {span.parentMissing && <span class="orphan" title="Its parent has not arrived" />}
          <Kind kind={span.kind} /> <Line class="name" text={span.name} otherwise="(no name)" />
          {span.failed && <span class="failed">error</span>}
          {span.model !== "" && <Line class="faint model" text={span.model} />}
        </span>
        <span class="lane">
          <span
            role="img"
            class={`bar ${span.failed ? "bar-failed" : kindClass(span.kind)}`}
            aria-label={`starts after ${formatDuration(span.offsetMillis)}, takes ${duration}`}
            style={barOf(span, traceMillis)}
          />
        </span>
        {span.tokenCount !== null && <span class="number tokens">{formatCount(span.tokenCount)} tok</span>}
        <span class="number duration">{duration}</span>
      </div>
    );
  }
}

/** Where the bar stands in its lane, in percent of the trace's time. */
function barOf(span: SpanRow, traceMillis: number): { left: string; width: string } {
  if (traceMillis <= 0) return { left: "0%", width: "100%" };
  const percent = (millis: number): string => `${(millis / traceMillis) * 100}%`;
  return { left: percent(span.offsetMillis), width: percent(span.durationMillis) };
}

function isSame(a: SpanRow, b: SpanRow): boolean {
  const keys = Object.keys(b) as (keyof SpanRow)[];
  return a === b || keys.every((key) => a[key] === b[key]);
}
