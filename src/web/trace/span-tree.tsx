// The tree of a trace, used by mouse and by keys.
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { SpanRow } from "../api.ts";
import { MANY } from "../text.tsx";
import { TreeItem } from "./tree-item.tsx";
import { actionOf } from "./tree-keys.ts";
import { openIndexes, type TreeRow, treeRows } from "./tree-rows.ts";

/** Shows `spans` on a time line of `traceMillis`. */
export function SpanTree(props: {
  spans: readonly SpanRow[];
  traceMillis: number;
  selectedId: string;
  onSelect: (spanId: string) => void;
}): JSX.Element {
  const { spans, traceMillis, selectedId, onSelect } = props;
  const tree = useRef<HTMLDivElement>(null);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set<string>());
  const [focusedId, setFocusedId] = useState<string>();
  const rows = useMemo(() => treeRows(spans), [spans]);
  const open = useMemo(() => openIndexes(rows, closed), [rows, closed]);
  const seen = useMemo(() => new Set(open.map((index) => rows[index]?.span.spanId)), [rows, open]);
  const tabStop = [focusedId, selectedId].find((id) => seen.has(id)) ?? spans[0]?.spanId;

  const setOpen = (some: readonly TreeRow[], isOpen: boolean): void => {
    const next = new Set(closed);
    for (const { span } of some) {
      if (isOpen) next.delete(span.spanId);
      else next.add(span.spanId);
    }
    setClosed(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const index = indexAt(event, rows);
    const row = rows[index];
    if (row === undefined) return;
    const action = actionOf(event.key, rows, index, open, closed.has(row.span.spanId));
    if (action === undefined) return;
    event.preventDefault();
    if (action.does === "focus") focusChild(tree.current, action.index);
    else if (action.does === "select") onSelect(row.span.spanId);
    else setOpen(action.does === "open" ? action.rows : [row], action.does === "open");
  };
  const onClick = (event: MouseEvent): void => {
    const row = rows[indexAt(event, rows)];
    if (row === undefined) return;
    const isTwist = event.target instanceof Element && event.target.classList.contains("twist");
    if (isTwist) setOpen([row], closed.has(row.span.spanId));
    else onSelect(row.span.spanId);
  };
  return (
    <div
      role="tree"
      class={rows.length > MANY ? "tree many" : "tree"}
      aria-label="Spans of the trace"
      ref={tree}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onFocusIn={(event) => setFocusedId(rows[indexAt(event, rows)]?.span.spanId)}
    >
      {rows.map(({ span, place, siblings }) => (
        // Hidden rows stay: making thousands again takes longer than a reader waits.
        <TreeItem
          key={span.spanId}
          span={span}
          place={place}
          siblings={siblings}
          traceMillis={traceMillis}
          isHidden={!seen.has(span.spanId)}
          isClosed={closed.has(span.spanId)}
          isSelected={span.spanId === selectedId}
          isTabStop={span.spanId === tabStop}
        />
      ))}
    </div>
  );
}

function focusChild(tree: HTMLElement | null, index: number): void {
  const item = tree?.children[index];
  if (item instanceof HTMLElement) item.focus();
}

/** The index of the row in which something happened; -1 outside of all. */
function indexAt({ target }: Event, rows: readonly TreeRow[]): number {
  const item = target instanceof Element ? target.closest<HTMLElement>("[data-span]") : null;
  return rows.findIndex(({ span }) => span.spanId === item?.dataset["span"]);
}
