// Cuts the longest values of an encoded span until it fits into a request.
import { encodeWith, type EncodedSpan, spanMessage } from "./encode-span.ts";
import { fieldsOf, textIn } from "./protobuf-fields.ts";
import type { ProtobufWriter } from "./protobuf-writer.ts";

/** A value that was cut. */
export interface CutValue {
  /** The attribute's key (of the span, an event or a link), `name` or `status.message`. */
  readonly key: string;
  /** How long the value was. */
  readonly bytes: number;
}

/** A span that was cut, and what it cost. */
export interface ShortenedSpan {
  readonly item: EncodedSpan;
  /** Longest first. */
  readonly cuts: readonly CutValue[];
}

/** What a length-delimited field holds: a message, or a value that may be cut. */
type Content = Shape | "text" | "bytes";
interface Shape {
  readonly [field: number]: Content;
}

const ANY_VALUE: Record<number, Content> = { 1: "text", 7: "bytes" };
const KEY_VALUE: Shape = { 2: ANY_VALUE };
ANY_VALUE[5] = { 1: ANY_VALUE };
ANY_VALUE[6] = { 1: KEY_VALUE };
const SPAN: Shape = {
  5: "text",
  9: KEY_VALUE,
  11: { 3: KEY_VALUE },
  13: { 4: KEY_VALUE },
  15: { 2: "text" },
};

/** Values are not cut below this: what is left would say nothing. */
const LEAST_VALUE_BYTES = 64;

/**
 * Cuts a span to at most `maxBytes`: its longest values are brought to one common length, each ending in
 * a marker with the length it had. Text is cut between characters. `undefined` when the span is not
 * made of long values, or fits as it is.
 */
export function shortenSpan(span: EncodedSpan, maxBytes: number): ShortenedSpan | undefined {
  const message = spanMessage(span);
  const values: CutValue[] = [];
  collect(message, SPAN, undefined, values);
  values.sort((a, b) => b.bytes - a.bytes);
  const level = levelFor(values, span.byteLength - maxBytes);
  if (level === undefined) return undefined;
  return {
    item: encodeWith(span, (writer) => rewrite(writer, message, SPAN, level)),
    cuts: values.filter((value) => value.bytes > level),
  };
}

/** The length to cut to, so that the values longer than it, sorted, become `excess` bytes shorter together. */
function levelFor(values: readonly CutValue[], excess: number): number | undefined {
  if (excess <= 0) return undefined;
  let sum = 0;
  for (const [index, { bytes }] of values.entries()) {
    sum += bytes;
    const next = values[index + 1]?.bytes ?? 0;
    const level = Math.floor((sum - excess) / (index + 1));
    if (level >= next) return level < LEAST_VALUE_BYTES ? undefined : level;
  }
  return undefined;
}

function collect(message: Uint8Array, shape: Shape, key: string | undefined, to: CutValue[]): void {
  for (const { number, content } of fieldsOf(message)) {
    const inside = shape[number];
    if (content === undefined || inside === undefined) continue;
    if (typeof inside !== "object") {
      to.push({ key: key ?? (shape === SPAN ? "name" : "status.message"), bytes: content.byteLength });
    } else if (content.byteLength > LEAST_VALUE_BYTES) {
      collect(content, inside, key ?? (inside === KEY_VALUE ? textIn(content, 1) : undefined), to);
    }
  }
}

function rewrite(writer: ProtobufWriter, message: Uint8Array, shape: Shape, level: number): void {
  for (const { number, content, whole } of fieldsOf(message)) {
    const inside = shape[number];
    if (content === undefined || inside === undefined || content.byteLength <= level) {
      writer.raw(whole);
      continue;
    }
    writer.tag(number, 2);
    if (typeof inside === "object") {
      const start = writer.open(0);
      rewrite(writer, content, inside, level);
      writer.close(start, 0);
    } else {
      writer.bytes(inside === "text" ? cutText(content, level) : content.subarray(0, level));
    }
  }
}

function cutText(text: Uint8Array, level: number): Uint8Array {
  const marker = Buffer.from(`… [cut, ${text.byteLength} bytes]`);
  let end = level - marker.byteLength;
  // Not inside a character: its later bytes all begin with the bits 10.
  while (end > 0 && (text[end]! & 0xc0) === 0x80) end--;
  return Buffer.concat([text.subarray(0, end), marker]);
}
