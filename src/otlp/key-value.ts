// The attributes that most spans are made of, text and small integers, as one `KeyValue` written in one go.
import type { ProtobufWriter } from "./protobuf-writer.ts";
import { putText } from "./text.ts";
import { fieldBytes, putVarint, varintBytes } from "./varint.ts";

/** Most bytes that tags and lengths around key and value take. */
const FRAME_BYTES = 24;

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
