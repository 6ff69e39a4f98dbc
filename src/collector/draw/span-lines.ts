// The lines of one span in the tree: its row with the bar, and the previews below.
import { type Paint, type Tone, toneOfKind } from "./paint.ts";
import { cutText, measureText, toOneLine } from "./terminal-text.ts";
import { drawBar, formatDuration } from "./time-line.ts";
import { type SpanSummary, summarizeSpan, type TokenCounts } from "../trace/span-summary.ts";
import { rangeOf, type TimeRange } from "../trace/time-range.ts";
import type { TreeRow } from "../trace/trace-tree.ts";

/** A span with its texts made safe and short, ready to be measured and drawn. */
export interface SpanLines {
  readonly row: TreeRow;
  readonly kind: string;
  readonly name: string;
  readonly model: string;
  readonly tokens: string;
  readonly previews: readonly Preview[];
}

interface Preview {
  readonly label: string;
  readonly tone: Tone | undefined;
  readonly text: string;
}

/** Columns of a row, shared out once for all rows of a trace. */
export interface RowColumns {
  readonly width: number;
  readonly label: number;
  readonly bar: number;
  /** 0 where tokens stand on a line of their own. */
  readonly tokens: number;
  /** Most levels of the tree that are drawn as lines; deeper ones lose the outermost. */
  readonly levels: number;
}

const DURATION_COLUMNS = 9;
const MARK_COLUMNS = 2;
const GAP = 2;
const LEVEL_COLUMNS = 3;
const MAX_KIND_COLUMNS = 12;
const MIN_BAR_COLUMNS = 8;
const MAX_BAR_COLUMNS = 90;
/** Below this width tokens get a line of their own. */
const TOKENS_BESIDE_FROM = 96;
/** Most of the width that labels may take. */
const LABEL_SHARE = 0.45;
/** Most of a text that is looked at for one line. */
const MAX_TEXT_LENGTH = 2_000;

/** Reads what the lines of a span show. */
export function describeSpan(row: TreeRow): SpanLines {
  const summary = summarizeSpan(row.span);
  return {
    row,
    kind: cutText(toOneLine(summary.kind, 100), MAX_KIND_COLUMNS),
    name: toOneLine(row.span.name, MAX_TEXT_LENGTH) || "(no name)",
    model: toOneLine(summary.model ?? "", MAX_TEXT_LENGTH),
    tokens: formatTokens(summary.tokens),
    previews: previewsOf(summary),
  };
}

/** Shares `width` between labels, bars, durations and tokens: labels first, up to their share. */
export function shareColumns(spans: readonly SpanLines[], width: number): RowColumns {
  const tokens = width < TOKENS_BESIDE_FROM ? 0 : widestTokens(spans);
  const fixed = DURATION_COLUMNS + MARK_COLUMNS + (tokens > 0 ? tokens + GAP : 0) + GAP;
  const levels = Math.max(1, Math.floor(width / 4 / LEVEL_COLUMNS));
  const wanted = spans.reduce((most, span) => Math.max(most, measureLabel(span, levels)), 0);
  const label = Math.min(wanted, Math.floor(width * LABEL_SHARE), width - fixed - MIN_BAR_COLUMNS);
  return { width, label, bar: Math.min(width - fixed - label, MAX_BAR_COLUMNS), tokens, levels };
}

/** The row of a span: its place in the tree, kind and name, bar, duration, status and tokens. */
export function drawRow(span: SpanLines, columns: RowColumns, whole: TimeRange, paint: Paint): string {
  const { row } = span;
  const tone = toneOfKind(span.kind);
  const failed = row.span.status.code === "ERROR";
  const range = rangeOf(row.span);
  const bar = drawBar(range, whole, columns.bar);
  const mark = failed ? "✗" : row.span.status.code === "OK" ? "✓" : " ";
  return [
    drawLabel(span, columns, tone, paint),
    " ".repeat(GAP),
    bar.before,
    paint(failed ? "error" : (tone ?? "faint"), bar.bar),
    bar.after,
    formatDuration(range.endNanos - range.startNanos).padStart(DURATION_COLUMNS),
    " ",
    paint(failed ? "error" : "ok", mark),
    ...(columns.tokens > 0
      ? [" ".repeat(GAP), paint("faint", tokensBeside(span).padStart(columns.tokens))]
      : []),
  ]
    .join("")
    .trimEnd();
}

/** Input, output and error of a span, one line each, below its row. */
export function drawPreviews(span: SpanLines, columns: RowColumns, paint: Paint): string[] {
  const { row } = span;
  const guides =
    guidesAbove(row, columns.levels) +
    (row.above === undefined ? "" : row.moreFollow ? "│  " : "   ") +
    (row.hasChildren ? "│  " : "   ");
  const tokens =
    columns.tokens === 0 && span.tokens !== "" ? [{ label: "tok", tone: undefined, text: span.tokens }] : [];
  return [...span.previews, ...tokens].map(({ label, tone, text }) => {
    const room = columns.width - guides.length - label.length - 1;
    return `${paint("faint", guides)}${paint(tone ?? "faint", label)} ${paint(tone, cutText(text, room))}`;
  });
}

function drawLabel(span: SpanLines, columns: RowColumns, tone: Tone | undefined, paint: Paint): string {
  const guides = guidesOf(span.row, columns.levels);
  const room = columns.label - guides.length - measureText(span.kind) - 1;
  const name = cutText(span.name, room);
  const left = room - measureText(name);
  const model = span.model === "" || left < 6 ? "" : cutText(` · ${span.model}`, left);
  const padding = " ".repeat(Math.max(0, left - measureText(model)));
  return `${paint("faint", guides)}${paint(tone, span.kind)} ${paint("strong", name)}${paint("faint", model)}${padding}`;
}

function measureLabel(span: SpanLines, levels: number): number {
  const model = span.model === "" ? 0 : measureText(span.model) + 3;
  return guidesOf(span.row, levels).length + measureText(span.kind) + 1 + measureText(span.name) + model;
}

function guidesOf(row: TreeRow, levels: number): string {
  if (row.above === undefined) return row.parentMissing ? "⋯ " : "";
  return guidesAbove(row, levels) + (row.moreFollow ? "├─ " : "└─ ");
}

/** The lines that pass a row on its left, from the levels between the root's and its own. */
function guidesAbove(row: TreeRow, levels: number): string {
  let guides = "";
  let drawn = 1;
  for (let above = row.above; above?.above !== undefined; above = above.above) {
    if (drawn >= levels) return `⋯  ${guides.slice(LEVEL_COLUMNS)}`;
    guides = (above.moreFollow ? "│  " : "   ") + guides;
    drawn += 1;
  }
  return guides;
}

const tokensBeside = ({ tokens }: SpanLines): string => (tokens === "" ? "" : `${tokens} tok`);

const widestTokens = (spans: readonly SpanLines[]): number =>
  spans.reduce((widest, span) => Math.max(widest, tokensBeside(span).length), 0);

function previewsOf({ input, output, error }: SpanSummary): Preview[] {
  const previews = [
    { label: "in ", tone: undefined, text: toOneLine(input ?? "", MAX_TEXT_LENGTH) },
    { label: "out", tone: undefined, text: toOneLine(output ?? "", MAX_TEXT_LENGTH) },
    { label: "err", tone: "error" as const, text: toOneLine(error ?? "", MAX_TEXT_LENGTH) },
  ];
  return previews.filter(({ text }) => text !== "");
}

/** `210 → 30` for prompt and completion, `240` where only the sum is known. */
function formatTokens(tokens: TokenCounts | undefined): string {
  if (tokens === undefined) return "";
  const { prompt, completion, total } = tokens;
  if (prompt === undefined || completion === undefined) return formatCount(total);
  return `${formatCount(prompt)} → ${formatCount(completion)}`;
}

/** A count with thousands separated: `12,345`. */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}
