// Arranges the spans of a trace as a tree, whatever is missing, repeated or wrong in them.
import type { TraceSpan } from "./trace-span.ts";

/** One row of a tree read from top to bottom. */
export interface TreeRow {
  readonly span: TraceSpan;
  /** The row of the parent; absent at the top level. */
  readonly above: TreeRow | undefined;
  /** Whether siblings follow further down. */
  readonly moreFollow: boolean;
  readonly hasChildren: boolean;
  /** Whether the span names a parent of its own process that is not among the spans. */
  readonly parentMissing: boolean;
}

/**
 * The rows of the tree, children below their parent in the order in which they started. A span whose parent is
 * missing stands at the top level; of spans that are each other's ancestors the first to start does.
 */
export function arrangeTree(spans: readonly TraceSpan[]): TreeRow[] {
  const sorted = spans.toSorted(byStart);
  const ids = new Set(sorted.map(({ spanId }) => spanId));
  const roots: TraceSpan[] = [];
  const childrenOf = new Map<string, TraceSpan[]>();
  for (const span of sorted) {
    const { parentSpanId } = span;
    if (parentSpanId === undefined || !ids.has(parentSpanId)) {
      roots.push(span);
      continue;
    }
    const siblings = childrenOf.get(parentSpanId);
    if (siblings === undefined) childrenOf.set(parentSpanId, [span]);
    else siblings.push(span);
  }
  const rows: TreeRow[] = [];
  const placed = new Set<TraceSpan>();
  const place = (root: TraceSpan): void => {
    // A list of what is still to do instead of recursion: an agent in a loop can nest thousands deep.
    const todo: Pick<TreeRow, "span" | "above" | "moreFollow">[] = [
      { span: root, above: undefined, moreFollow: false },
    ];
    for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
      const { span } = next;
      placed.add(span);
      const children = (childrenOf.get(span.spanId) ?? []).filter((child) => !placed.has(child));
      const parentMissing =
        span.parentSpanId !== undefined && !span.parentIsRemote && !ids.has(span.parentSpanId);
      const row = { ...next, hasChildren: children.length > 0, parentMissing };
      rows.push(row);
      for (let index = children.length - 1; index >= 0; index -= 1) {
        const child = children[index];
        if (child !== undefined)
          todo.push({ span: child, above: row, moreFollow: index < children.length - 1 });
      }
    }
  };
  for (const root of roots) place(root);
  for (const span of sorted) if (!placed.has(span)) place(span);
  return rows;
}

function byStart(a: TraceSpan, b: TraceSpan): number {
  if (a.startTimeNanos !== b.startTimeNanos) return a.startTimeNanos < b.startTimeNanos ? -1 : 1;
  // Started in the same tick: who ends later is the one around the other.
  if (a.endTimeNanos !== b.endTimeNanos) return a.endTimeNanos > b.endTimeNanos ? -1 : 1;
  return 0;
}
