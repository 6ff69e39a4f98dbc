// The attributes that most spans are made of, text and small integers, as one `KeyValue` written in one go.
import type { KeyField } from "./key-field.ts";
import type { ProtobufWriter } from "./protobuf-writer.ts";
import { putText } from "./text.ts";
import { fieldBytes, putVarint, varintBytes } from "./varint.ts";

/** Most bytes that tags and lengths around key and value take. */
const FRAME_BYTES = 24;

/** Names, kinds and types, which repeat, are mostly shorter. */
const REPEATED_TEXT = 48;

/** Writes a pair that {@link notePair} knows, with `tag` in front; gives whether it does. */
export function writeSamePair(writer: ProtobufWriter, tag: number, field: KeyField, given: unknown): boolean {
  if (field.pair === undefined || given !== field.text) return false;
  writer.byte(tag);
  writer.raw(field.pair);
  return true;
}

/** Takes note of the pair that was written since {@link ProtobufWriter.mark}, and keeps it when its text came twice in a row. */
export function notePair(writer: ProtobufWriter, mark: number, field: KeyField, given: unknown): void {
  if (typeof given !== "string" || given.length > REPEATED_TEXT) return;
  const isSame = given === field.text;
  field.text = given;
  field.pair = isSame ? writer.writtenSince(mark + 1) : undefined;
}

/** Writes `text` under the key of {@link keyField}, with `tag` in front. */
export function writeTextPair(writer: ProtobufWriter, tag: number, key: Uint8Array, text: string): void {
  const start = writer.reserve(FRAME_BYTES + 1 + key.length + 3 * text.length);
  const { buffer } = writer;
  const textStart = start + bytesBefore(key, text.length);
  const bytes = putText(buffer, textStart, text);
  const before = bytesBefore(key, bytes);
  if (start + before !== textStart) buffer.copyWithin(start + before, textStart, textStart + bytes);
  const valueBytes = fieldBytes(bytes);
  let at = start;
  buffer[at++] = tag;
  at = putVarint(buffer, at, key.length + fieldBytes(valueBytes));
  buffer.set(key, at);
  at += key.length;
  buffer[at++] = 0x12;
  at = putVarint(buffer, at, valueBytes);
  buffer[at++] = 0x0a;
  at = putVarint(buffer, at, bytes);
  writer.end(at + bytes);
}

/** What stands in front of a text of `bytes` bytes. */
function bytesBefore(key: Uint8Array, bytes: number): number {
  const valueBytes = fieldBytes(bytes);
  const pairBytes = key.length + fieldBytes(valueBytes);
  return fieldBytes(pairBytes) - bytes;
}

/** Writes an integer from 0 to 2^31 - 1 under a key, with `tag` in front. */
export function writeIntegerPair(writer: ProtobufWriter, tag: number, key: Uint8Array, value: number): void {
  let at = writer.reserve(FRAME_BYTES + key.length);
  const { buffer } = writer;
  const valueBytes = 1 + varintBytes(value);
  buffer[at++] = tag;
  at = putVarint(buffer, at, key.length + fieldBytes(valueBytes));
  buffer.set(key, at);
  at += key.length;
  buffer[at++] = 0x12;
  buffer[at++] = valueBytes;
  buffer[at++] = 0x18;
  writer.end(putVarint(buffer, at, value));
}
