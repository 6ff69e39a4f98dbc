// The spans of a trace as rows, with what a tree must say of each, and which of them are hidden in a closed one.
import type { SpanRow } from "../api.ts";

/** A span among its siblings. */
export interface TreeRow {
  readonly span: SpanRow;
  /** Its place among its siblings, from 1, and how many these are. */
  readonly place: number;
  readonly siblings: number;
  /** The index of its parent's row; -1 at the top. */
  readonly parent: number;
}

/** The rows of `spans`, which stand below their parents. */
export function treeRows(spans: readonly SpanRow[]): TreeRow[] {
  /** For each level the family that is being read, and the index of its latest member. */
  const families: { size: number }[] = [];
  const latest: number[] = [];
  const placed = spans.map((span, index) => {
    const { level } = span;
    families.length = level;
    const family = (families[level - 1] ??= { size: 0 });
    family.size += 1;
    latest[level - 1] = index;
    return { span, place: family.size, parent: level === 1 ? -1 : (latest[level - 2] ?? -1), family };
  });
  return placed.map(({ family, ...row }) => ({ ...row, siblings: family.size }));
}

/** The indexes of the rows that no span in `closed` hides. */
export function openIndexes(rows: readonly TreeRow[], closed: ReadonlySet<string>): number[] {
  const indexes: number[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const [index, { span }] of rows.entries()) {
    if (span.level > hiddenBelow) continue;
    hiddenBelow = span.hasChildren && closed.has(span.spanId) ? span.level : Number.POSITIVE_INFINITY;
    indexes.push(index);
  }
  return indexes;
}
