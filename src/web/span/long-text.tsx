// A text of any length: its start at once, the whole when asked for.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { formatCount } from "../quantities.ts";
import { showControls } from "../text.tsx";
import { indentJson } from "./indent-json.ts";

const START_LENGTH = 10_000;
/** A browser lays out pieces of this size only where they are seen. */
const PIECE_LENGTH = 8_000;

/** Shows `text`, JSON indented unless it is `isRaw`. Never as markup. */
export function LongText(props: { text: string; isCode?: boolean; isRaw?: boolean }): JSX.Element {
  const { text, isRaw = false, isCode = isRaw } = props;
  const [isWhole, setWhole] = useState(false);
  const laidOut = useMemo(() => (isRaw ? text : indentJson(text)), [text, isRaw]);
  const looksCoded = isCode || laidOut !== text || /^\s*[{[]/.test(text);
  const isLong = laidOut.length > START_LENGTH;
  const pieces = isLong && isWhole ? cutPieces(laidOut) : [cutStart(laidOut)];
  return (
    <div class={`text ${looksCoded ? "code" : ""}`} dir="auto">
      {pieces.map((piece, index) => (
        <span key={index} class={pieces.length > 1 ? "piece" : undefined}>
          {showControls(piece)}
        </span>
      ))}
      {isLong && !isWhole && (
        <button type="button" class="more" onClick={() => setWhole(true)}>
          Show all {formatCount(text.length)} characters
        </button>
      )}
    </div>
  );
}

function cutStart(text: string): string {
  return text.length > START_LENGTH ? text.slice(0, wholeCharacters(text, START_LENGTH)) : text;
}

/** Pieces that end at a line's end where there is one. */
function cutPieces(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    // In the piece alone: looked for in all of a text without line breaks, the search would take seconds.
    const newline = text.slice(at, at + PIECE_LENGTH).lastIndexOf("\n");
    const end = newline > 0 ? at + newline : wholeCharacters(text, at + PIECE_LENGTH);
    pieces.push(text.slice(at, end));
    // The line break is the piece's own.
    at = newline > 0 ? end + 1 : end;
  }
  return pieces;
}

/** The place at or before `end` that cuts no surrogate pair. */
function wholeCharacters(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code <= 0xdbff && end < text.length ? end - 1 : end;
}
