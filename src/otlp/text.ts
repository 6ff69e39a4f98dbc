// Text as UTF-8, by the cheapest way for its length and for how V8 keeps it.
import { holdableText } from "../spans/holdable-value.ts";
import type { ProtobufWriter } from "./protobuf-writer.ts";
import type { SlabBuffer } from "./slab.ts";

/** Up to here a loop over the characters is faster than a call into the runtime. */
const SHORT_TEXT = 48;
/** Up to here ASCII is searched as text, which is a call less; V8 may have it in two bytes each, where that is slow. */
const SEARCHED_TEXT = 1024;
/** From here on the room that three bytes a character would take is too much of a slab. */
const LONG_TEXT = 8192;

/** From this character on UTF-8 has three bytes. */
const THREE_BYTES = 0x800;

/** Whether `text` is for {@link writeLongText}: so long, and not of three bytes a character. */
export function isLong(text: string): boolean {
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

/** Writes text of any length behind its length, with no more room in reserve than it takes; changes it as {@link putText} does. */
export function writeLongText(writer: ProtobufWriter, text: string): void {
  const before = writer.mark();
  const bytes = writeAscii(writer, text) ?? writeCounted(writer, text);
  const end = writer.reserve(1);
  if (!hasZero(writer.buffer, end - bytes, bytes)) return;
  writer.rewind(before);
  writeLongText(writer, holdableText(text));
}

/** Most long text is ASCII. Of other text so much fits that it is more than the text has characters. */
function writeAscii(writer: ProtobufWriter, text: string): number | undefined {
  const { length } = text;
  const before = writer.mark();
  writer.varint(length);
  const room = length + MOST_BYTES;
  const start = writer.reserve(room);
  if (writer.buffer.utf8Write(text, start, room) === length) {
    writer.end(start + length);
    return length;
  }
  writer.rewind(before);
  return undefined;
}

/** Of one character. */
const MOST_BYTES = 4;

function writeCounted(writer: ProtobufWriter, text: string): number {
  const bytes = Buffer.byteLength(text);
  writer.varint(bytes);
  const start = writer.reserve(bytes);
  writer.buffer.utf8Write(text, start);
  writer.end(start + bytes);
  return bytes;
}

/** Whether there is a zero among `bytes` bytes, behind which there is room for one more: the search ends at that. */
function hasZero(buffer: SlabBuffer, at: number, bytes: number): boolean {
  buffer[at + bytes] = 0;
  return buffer.indexOf(0, at) < at + bytes;
}
