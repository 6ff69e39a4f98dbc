// What the keys of the ARIA tree pattern do.
import type { TreeRow } from "./tree-rows.ts";

/** What is to be done with the row that has the focus. */
export type KeyAction =
  | { readonly does: "focus"; readonly index: number }
  | { readonly does: "open"; readonly rows: readonly TreeRow[] }
  | { readonly does: "close" | "select" };

/**
 * What `key` does on the row at `index`: nothing where it is `undefined`. `open` has the indexes of the rows that are
 * seen; a focus on one that is not among them stays where it is.
 */
export function actionOf(
  key: string,
  rows: readonly TreeRow[],
  index: number,
  open: readonly number[],
  isClosed: boolean,
): KeyAction | undefined {
  const row = rows[index];
  if (row === undefined) return undefined;
  const at = open.indexOf(index);
  const focus = (place: number | undefined): KeyAction => ({ does: "focus", index: place ?? index });
  switch (key) {
    case "ArrowDown":
      return focus(open[at + 1]);
    case "ArrowUp":
      return focus(open[at - 1]);
    case "Home":
      return focus(open[0]);
    case "End":
      return focus(open.at(-1));
    case "ArrowRight":
      if (!row.span.hasChildren) return focus(index);
      return isClosed ? { does: "open", rows: [row] } : focus(open[at + 1]);
    case "ArrowLeft":
      if (row.span.hasChildren && !isClosed) return { does: "close" };
      return focus(row.parent === -1 ? index : row.parent);
    case "*":
      return { does: "open", rows: rows.filter(({ parent }) => parent === row.parent) };
    case "Enter":
    case " ":
      return { does: "select" };
    default:
      return undefined;
  }
}
