// Text from spans made safe for a terminal, and measured as a terminal shows it.
import { stripVTControlCharacters } from "node:util";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What a terminal obeys or what reorders a line: controls, line separators, bidirectional marks. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu;
const WHITE_SPACE = /\s+/gu;
const PLAIN_ASCII = /^[\x20-\x7E]*$/;
const TAKES_NO_COLUMN = /^[\p{Mark}\p{Default_Ignorable_Code_Point}]$/u;
const SHOWN_AS_EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\uFE0F/u;

/** First and last code points of the ranges that Unicode's EastAsianWidth calls wide or full-width. */
const WIDE_RANGES: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

/**
 * The text on one line, without anything a terminal would obey: escape sequences go, control characters and
 * runs of white space become one space. Of a longer text only the first `maxLength` characters count.
 */
export function toOneLine(text: string, maxLength: number): string {
  const start = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return stripVTControlCharacters(start).replaceAll(UNSAFE, " ").replaceAll(WHITE_SPACE, " ").trim();
}

/** How many columns the text takes: two for East Asian wide characters and emoji, none for combining marks. */
export function measureText(text: string): number {
  if (PLAIN_ASCII.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += measureGrapheme(segment);
  return columns;
}

/** The text cut to `columns`, with `…` at the end when something was cut. */
export function cutText(text: string, columns: number): string {
  if (columns < 1) return "";
  if (text.length <= columns && PLAIN_ASCII.test(text)) return text;
  let used = 0;
  let kept = "";
  let keptBeforeLast = "";
  for (const { segment } of graphemes.segment(text)) {
    const width = measureGrapheme(segment);
    if (used + width > columns) return `${keptBeforeLast}…`;
    used += width;
    kept += segment;
    // What still leaves a column for the ellipsis.
    if (used < columns) keptBeforeLast = kept;
  }
  return kept;
}

function measureGrapheme(grapheme: string): number {
  if (SHOWN_AS_EMOJI.test(grapheme)) return 2;
  let columns = 0;
  for (const character of grapheme) {
    if (TAKES_NO_COLUMN.test(character)) continue;
    columns += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  }
  // A cluster of Hangul letters is one syllable block.
  return grapheme.length > 1 && isWide(grapheme.codePointAt(0) ?? 0) ? 2 : columns;
}

function isWide(codePoint: number): boolean {
  return WIDE_RANGES.some(([first, last]) => codePoint >= first && codePoint <= last);
}
