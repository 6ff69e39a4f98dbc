// Text as UTF-8, by the cheapest way for its length.
import type { SlabBuffer } from "./slab.ts";

/** Up to here a loop over the characters is faster than a call into the runtime. */
const SHORT_TEXT = 48;
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
 * Writes `text` at `at`, where there is room for three bytes a character, and gives how many it took; a lone
 * surrogate becomes U+FFFD.
 */
export function putText(buffer: SlabBuffer, at: number, text: string): number {
  const { length } = text;
  if (length > SHORT_TEXT) return buffer.utf8Write(text, at);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return buffer.utf8Write(text, at);
    buffer[at + index] = code;
  }
  return length;
}
