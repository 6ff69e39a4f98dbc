// Text as UTF-8, by the cheapest way for its length.
import { holdableText } from "../spans/holdable-value.ts";
import type { SlabBuffer } from "./slab.ts";

/** Up to here a loop over the characters is faster than a call into the runtime. */
const SHORT_TEXT = 48;
/** Up to here ASCII is searched as text, which is a call less; V8 may have it in two bytes each, where that is slow. */
const SEARCHED_TEXT = 1024;
/** From here on the room that three bytes a character would take is worth counting the bytes. */
const LONG_TEXT = 8192;
/** From this character on UTF-8 has three bytes. */
const THREE_BYTES = 0x800;

/** Whether `text` is so long, and not of three bytes a character, that its bytes are counted first. */
export function countsBytes(text: string): boolean {
  const { length } = text;
  return length > LONG_TEXT && text.charCodeAt(0) < THREE_BYTES && text.charCodeAt(length >> 1) < THREE_BYTES;
}

/**
 * Writes `text` at `at`, where there is room for three bytes a character and one more, and gives how many it took; a
 * lone surrogate and U+0000 become U+FFFD.
 */
export function putText(buffer: SlabBuffer, at: number, text: string): number {
  const { length } = text;
  if (length > SHORT_TEXT) return putHoldable(buffer, at, text);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    // What is 0, or beyond 0x7f.
    if ((code - 1) >>> 0 > 0x7e) return putHoldable(buffer, at, text);
    buffer[at + index] = code;
  }
  return length;
}

function putHoldable(buffer: SlabBuffer, at: number, text: string): number {
  const bytes = buffer.utf8Write(text, at);
  const isShortAscii = bytes === text.length && bytes <= SEARCHED_TEXT;
  const holdsZero = isShortAscii ? text.includes("\0") : hasZero(buffer, at, bytes);
  return holdsZero ? buffer.utf8Write(holdableText(text), at) : bytes;
}

/** Whether there is a zero among `bytes` bytes, behind which there is room for one more: the search ends at that. */
export function hasZero(buffer: SlabBuffer, at: number, bytes: number): boolean {
  buffer[at + bytes] = 0;
  return buffer.indexOf(0, at) < at + bytes;
}
