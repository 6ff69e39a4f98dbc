// Text as UTF-8, by the cheapest way for its length and for how V8 keeps it.
import { transcode } from "node:buffer";
import { holdableText } from "../spans/holdable-value.ts";
import type { ProtobufWriter } from "./protobuf-writer.ts";
import type { SlabBuffer } from "./slab.ts";

/** Up to here a loop over the characters is faster than a call into the runtime. */
const SHORT_TEXT = 48;
/** Up to here ASCII is searched as text, which is a call less; V8 may have it in two bytes each, where that is slow. */
const SEARCHED_TEXT = 1024;
/** From here on the room that three bytes a character would take is too much of a slab. */
const LONG_TEXT = 8192;

/** What V8 keeps in two bytes a character. That there is none in text of one byte each it knows without a look. */
const WIDE = /[^\0-\xff]/;
/**
 * From so many characters on Node's transcoder is faster with wide text than V8 before that of Node 26: for 20 KB of Chinese 3 µs
 * against 8 (Node 20, 22) and 13 (Node 24), where Node 26 takes 2. All other text `utf8Write` has at once.
 */
const TRANSCODED_TEXT = Number.parseInt(process.versions.node, 10) < 26 ? 1024 : Infinity;

/** Whether `text` is for {@link writeLongText}. */
export function isLong(text: string): boolean {
  return text.length > LONG_TEXT;
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
  const bytes = isTranscoded(text) ? putWide(buffer, at, text) : buffer.utf8Write(text, at);
  const isShortAscii = bytes === text.length && bytes <= SEARCHED_TEXT;
  const holdsZero = isShortAscii ? text.includes("\0") : hasZero(buffer, at, bytes);
  return holdsZero ? buffer.utf8Write(holdableText(text), at) : bytes;
}

/** The room is enough for the text as V8 has it, too. */
function putWide(buffer: SlabBuffer, at: number, text: string): number {
  const utf16Bytes = buffer.ucs2Write(text, at);
  const utf8 = transcoded(buffer.subarray(at, at + utf16Bytes));
  if (utf8 === undefined) return buffer.utf8Write(text, at);
  buffer.set(utf8, at);
  return utf8.length;
}

/** Writes text of any length behind its length, with no more room in reserve than it takes; changes it as {@link putText} does. */
export function writeLongText(writer: ProtobufWriter, text: string): void {
  const before = writer.mark();
  const bytes = writeWide(writer, text) ?? writeAscii(writer, text) ?? writeCounted(writer, text);
  const end = writer.reserve(1);
  if (!hasZero(writer.buffer, end - bytes, bytes)) return;
  writer.rewind(before);
  writeLongText(writer, holdableText(text));
}

function writeWide(writer: ProtobufWriter, text: string): number | undefined {
  const utf8 = isTranscoded(text) ? transcoded(Buffer.from(text, "utf16le")) : undefined;
  if (utf8 !== undefined) writer.bytes(utf8);
  return utf8?.length;
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

const isTranscoded = (text: string): boolean => text.length > TRANSCODED_TEXT && WIDE.test(text);

/** `undefined` for what has a lone surrogate. */
function transcoded(utf16: Uint8Array): Uint8Array | undefined {
  try {
    return transcode(utf16, "utf16le", "utf8");
  } catch {
    return undefined;
  }
}

/** Whether there is a zero among `bytes` bytes, behind which there is room for one more: the search ends at that. */
function hasZero(buffer: SlabBuffer, at: number, bytes: number): boolean {
  buffer[at + bytes] = 0;
  return buffer.indexOf(0, at) < at + bytes;
}
