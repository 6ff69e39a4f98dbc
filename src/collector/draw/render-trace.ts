// A trace as a tree of text, under a heading with its project, id and totals.
import type { Paint, Tone } from "./paint.ts";
import { describeSpan, drawPreviews, drawRow, formatCount, shareColumns } from "./span-lines.ts";
import { cutText, measureText, toOneLine } from "./terminal-text.ts";
import { formatDuration } from "./time-line.ts";
import type { AssembledTrace } from "../trace/trace-assembler.ts";
import { summarizeTrace, type TraceSummary } from "../trace/trace-summary.ts";
import { arrangeTree } from "../trace/trace-tree.ts";

/** How a trace is drawn. */
export interface RenderOptions {
  /** Columns of the terminal; no line is longer. At least 40 are used. */
  readonly width: number;
  readonly paint: Paint;
}

const MIN_WIDTH = 40;
const MAX_PROJECT_LENGTH = 200;

/** The trace as lines of text, followed by an empty one. */
export function renderTrace(trace: AssembledTrace, options: RenderOptions): string {
  const width = Math.max(MIN_WIDTH, Math.floor(options.width));
  const { paint } = options;
  const rows = arrangeTree(trace.spans);
  const spans = rows.map(describeSpan);
  const summary = summarizeTrace(rows);
  const columns = shareColumns(spans, width);
  const lines = drawHeading(trace, summary, width, paint);
  for (const span of spans) {
    lines.push(drawRow(span, columns, summary.range, paint), ...drawPreviews(span, columns, paint));
  }
  return `${lines.join("\n")}\n\n`;
}

function drawHeading(
  trace: AssembledTrace,
  { project: projectName, range, errors, tokens, parentMissing }: TraceSummary,
  width: number,
  paint: Paint,
): string[] {
  const facts: { tone?: Tone; text: string }[] = [
    { text: formatDuration(range.endNanos - range.startNanos) },
    { text: countOf(trace.spans.length, "span") },
  ];
  if (tokens > 0) facts.push({ text: countOf(tokens, "token") });
  if (errors > 0) facts.push({ tone: "error", text: countOf(errors, "error") });
  if (parentMissing) facts.push({ tone: "faint", text: "a parent is missing" });
  if (trace.revision > 1) facts.push({ tone: "faint", text: "again, with late spans" });

  const project = cutText(toOneLine(projectName, MAX_PROJECT_LENGTH), Math.floor(width / 2));
  const id = cutText(trace.traceId, width - measureText(project) - 2);
  const title = `${paint("strong", project)}  ${paint("faint", id)}`;
  const titleColumns = measureText(project) + 2 + id.length;
  return joinWithin(title, titleColumns, facts, width, paint);
}

/** Title and facts on one line where they fit, else the facts on lines below. */
function joinWithin(
  title: string,
  titleColumns: number,
  facts: readonly { tone?: Tone; text: string }[],
  width: number,
  paint: Paint,
): string[] {
  const lines = [title];
  let used = titleColumns;
  const separate = facts.reduce((sum, { text }) => sum + text.length + 3, used) > width;
  if (separate) {
    lines.push("");
    used = 0;
  }
  for (const { tone, text } of facts) {
    const separator = used === 0 ? "" : used === titleColumns && !separate ? "  " : " · ";
    if (used > 0 && used + separator.length + text.length > width) {
      lines.push(paint(tone, text));
      used = text.length;
      continue;
    }
    lines[lines.length - 1] += `${paint("faint", separator)}${paint(tone, text)}`;
    used += separator.length + text.length;
  }
  return lines;
}

function countOf(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? "" : "s"}`;
}
