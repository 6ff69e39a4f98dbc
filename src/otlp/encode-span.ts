// One ended span as the bytes of an OTLP `Span` message, written once, when it ends.
import type { HrTime, Link, SpanContext } from "@opentelemetry/api";
import type { OutgoingSpan } from "../spans/outgoing-span.ts";
import { writeAttributes } from "./any-value.ts";
import type { ProtobufWriter } from "./protobuf-writer.ts";
import { leaveSlab, type Slab } from "./slab.ts";
import { giveBack, takeWriter } from "./spare-writers.ts";

/** A span ready to be sent: where its bytes are, and what decides under which headers they go. */
export interface EncodedSpan {
  /** The span's name, for messages. */
  readonly name: string;
  /** What the span takes in a request. */
  readonly byteLength: number;
  readonly resource: OutgoingSpan["resource"];
  readonly scope: OutgoingSpan["instrumentationScope"];
  /** Holds the field `ScopeSpans.spans`, from `start` on; `undefined` once the span is released. */
  slab: Slab | undefined;
  readonly start: number;
}

/** As many bytes as most spans' lengths have: with another number the span is moved by one. */
const LENGTH_ESTIMATE = 1000;

/**
 * Encodes a span as `ProtobufTraceSerializer` of OpenTelemetry does, byte for byte. Text is always valid
 * UTF-8: a lone surrogate becomes U+FFFD. Never throws; what cannot be read is left out.
 */
export function encodeSpan(span: OutgoingSpan): EncodedSpan {
  const { name, resource, instrumentationScope: scope } = span;
  return encodeWith({ name, resource, scope }, (writer) => writeSpan(writer, span));
}

/** Encodes the span whose message `writeMessage` writes. */
export function encodeWith(
  { name, resource, scope }: Pick<EncodedSpan, "name" | "resource" | "scope">,
  writeMessage: (writer: ProtobufWriter) => void,
): EncodedSpan {
  const writer = takeWriter();
  try {
    writer.begin();
    writer.byte(0x12);
    const message = writer.open(LENGTH_ESTIMATE);
    writeMessage(writer);
    writer.close(message, LENGTH_ESTIMATE);
    const { slab, start, end } = writer.finishInPlace();
    return { name, byteLength: end - start, resource, scope, slab, start };
  } finally {
    giveBack(writer);
  }
}

/** The message `Span`, without the tag and the length that stand in front of it in a request. */
export function spanMessage({ slab, start, byteLength }: EncodedSpan): Uint8Array {
  if (slab === undefined) return new Uint8Array();
  let messageStart = start + 1;
  while (slab.buffer[messageStart++]! > 0x7f);
  return slab.buffer.subarray(messageStart, start + byteLength);
}

/** Says that nobody reads the span's bytes any more. */
export function releaseSpan(span: EncodedSpan): void {
  if (span.slab !== undefined) leaveSlab(span.slab);
  span.slab = undefined;
}

function writeSpan(writer: ProtobufWriter, span: OutgoingSpan): void {
  const context = span.spanContext();
  writeIds(writer, context);
  const parent = span.parentSpanContext;
  if (parent?.spanId) {
    writer.byte(0x22);
    writer.hex(parent.spanId);
  }
  writer.byte(0x2a);
  writer.string(span.name);
  if (typeof span.kind === "number") {
    // OTLP's 0 means unspecified; OpenTelemetry's kinds start at 0.
    writer.byte(0x30);
    writer.varint(span.kind + 1);
  }
  writer.byte(0x39);
  writeTime(writer, span.startTime);
  writer.byte(0x41);
  writeTime(writer, span.endTime);
  writeAttributes(writer, 0x4a, span.attributes);
  writer.byte(0x50);
  writer.varint(span.droppedAttributesCount || 0);
  for (const event of span.events ?? []) writeOrUndo(writer, () => writeEvent(writer, event));
  writer.byte(0x60);
  writer.varint(span.droppedEventsCount || 0);
  for (const link of span.links ?? []) writeOrUndo(writer, () => writeLink(writer, link));
  writer.byte(0x70);
  writer.varint(span.droppedLinksCount || 0);
  writeStatus(writer, span.status);
  writer.tag(16, 5);
  writer.fixed32(flagsOf(context.traceFlags, parent?.isRemote));
}

/** The part that spans and links begin with. */
function writeIds(writer: ProtobufWriter, context: SpanContext): void {
  writer.byte(0x0a);
  writer.hex(context.traceId);
  writer.byte(0x12);
  writer.hex(context.spanId);
  const traceState = context.traceState?.serialize();
  if (traceState) {
    writer.byte(0x1a);
    writer.string(traceState);
  }
}

function writeEvent(writer: ProtobufWriter, event: OutgoingSpan["events"][number]): void {
  writer.byte(0x5a);
  const start = writer.open(0);
  writer.byte(0x09);
  writeTime(writer, event.time);
  writer.byte(0x12);
  writer.string(event.name);
  writeAttributes(writer, 0x1a, event.attributes);
  writer.byte(0x20);
  writer.varint(event.droppedAttributesCount || 0);
  writer.close(start, 0);
}

function writeLink(writer: ProtobufWriter, link: Link): void {
  writer.byte(0x6a);
  const start = writer.open(0);
  writeIds(writer, link.context);
  writeAttributes(writer, 0x22, link.attributes);
  writer.byte(0x28);
  writer.varint(link.droppedAttributesCount || 0);
  writer.byte(0x35);
  writer.fixed32(flagsOf(link.context.traceFlags, link.context.isRemote));
  writer.close(start, 0);
}

function writeStatus(writer: ProtobufWriter, status: OutgoingSpan["status"]): void {
  writer.byte(0x7a);
  const start = writer.open(0);
  if (status?.message) {
    writer.byte(0x12);
    writer.string(status.message);
  }
  writer.byte(0x18);
  writer.varint(status?.code || 0);
  writer.close(start, 0);
}

/** Bit 8 says that bit 9, whether the parent (or the linked span) is remote, is known. */
function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0);
}

/** Nanoseconds as 64 bits: the seconds are multiplied in halves, since a double holds only 53 bits exactly. */
function writeTime(writer: ProtobufWriter, time: HrTime): void {
  const seconds = time[0];
  const lower = (seconds & 0xffff) * 1e9;
  const upper = ((seconds / 0x10000) >>> 0) * 1e9;
  const low = (lower >>> 0) + (((upper & 0xffff) * 0x10000) >>> 0) + time[1];
  const high = Math.floor(lower / 2 ** 32) + ((upper / 0x10000) >>> 0) + Math.floor(low / 2 ** 32);
  writer.fixed64(low >>> 0, high >>> 0);
}

function writeOrUndo(writer: ProtobufWriter, write: () => void): void {
  const before = writer.mark();
  try {
    write();
  } catch {
    writer.rewind(before);
  }
}
