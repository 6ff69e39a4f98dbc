// Attribute values as OTLP AnyValue messages, byte for byte as OpenTelemetry's own serializer has them, but for what
// Phoenix's databases cannot hold.
import { types } from "node:util";
import { isBeyondNumbers } from "../spans/holdable-value.ts";
import { keyField } from "./key-field.ts";
import { notePair, writeIntegerPair, writeSamePair, writeTextPair } from "./key-value.ts";
import type { ProtobufWriter } from "./protobuf-writer.ts";
import { isLong } from "./text.ts";
import { fieldBytes } from "./varint.ts";

/** Objects being written now, outermost first: an object inside itself is written as an empty value. */
type Ancestors = object[];

/**
 * Writes attributes as repeated `KeyValue` of the field whose tag is given. Never throws: a value that
 * does (a getter, a proxy) leaves its key with an empty value.
 */
export function writeAttributes(writer: ProtobufWriter, tag: number, attributes: unknown): void {
  if (attributes === null || typeof attributes !== "object") return;
  for (const key in attributes) {
    if (!Object.hasOwn(attributes, key)) continue;
    const before = writer.mark();
    try {
      writeKeyValue(writer, tag, key, (attributes as Record<string, unknown>)[key], []);
    } catch {
      writer.rewind(before);
      writeKeyValue(writer, tag, key, undefined, []);
    }
  }
}

function writeKeyValue(
  writer: ProtobufWriter,
  tag: number,
  key: string,
  given: unknown,
  ancestors: Ancestors,
): void {
  const field = keyField(key);
  if (writeSamePair(writer, tag, field, given)) return;
  const { bytes: keyBytes, hold } = field;
  const value = hold === undefined ? given : hold(given);
  if (typeof value === "string" && !isLong(value)) {
    const before = writer.mark();
    writeTextPair(writer, tag, keyBytes, value);
    notePair(writer, before, field, given);
    return;
  }
  if (typeof value === "number" && (value & 0x7fffffff) === value) {
    writeIntegerPair(writer, tag, keyBytes, value);
    return;
  }
  writer.byte(tag);
  // Right for ASCII text: nothing has to move then.
  const valueEstimate = typeof value === "string" ? fieldBytes(value.length) : 2;
  const pairEstimate = keyBytes.length + fieldBytes(valueEstimate);
  const pair = writer.open(pairEstimate);
  writer.raw(keyBytes);
  writer.byte(0x12);
  writeNested(writer, value, valueEstimate, ancestors);
  writer.close(pair, pairEstimate);
}

function writeNested(writer: ProtobufWriter, value: unknown, estimate: number, ancestors: Ancestors): void {
  const start = writer.open(estimate);
  writeAnyValue(writer, value, ancestors);
  writer.close(start, estimate);
}

/** Writes what is inside an `AnyValue`: nothing for a value OTLP has no type for. */
function writeAnyValue(writer: ProtobufWriter, value: unknown, ancestors: Ancestors): void {
  switch (typeof value) {
    case "string":
      writer.byte(0x0a);
      writer.string(value);
      return;
    case "boolean":
      writer.byte(0x10);
      writer.byte(value ? 1 : 0);
      return;
    case "number":
      if (Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63) {
        writer.byte(0x18);
        writer.varint(value);
      } else if (isBeyondNumbers(value)) {
        writeAnyValue(writer, String(value), ancestors);
      } else {
        writer.byte(0x21);
        writer.double(value);
      }
      return;
    case "object":
      if (value !== null && !ancestors.includes(value)) {
        ancestors.push(value);
        writeObject(writer, value, ancestors);
        ancestors.pop();
      }
      return;
    default:
  }
}

function writeObject(writer: ProtobufWriter, value: object, ancestors: Ancestors): void {
  // Another realm's Uint8Array (a vm context, jest) is bytes too. They cannot be stored: OTLP's JSON has them as base64.
  if (types.isUint8Array(value)) {
    writeAnyValue(writer, Buffer.from(value).toString("base64"), ancestors);
    return;
  }
  if (Array.isArray(value)) {
    writer.byte(0x2a);
    const array = writer.open(0);
    for (const item of value) {
      writer.byte(0x0a);
      writeNested(writer, item, 0, ancestors);
    }
    writer.close(array, 0);
    return;
  }
  writer.byte(0x32);
  const list = writer.open(0);
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    writeKeyValue(writer, 0x0a, key, (value as Record<string, unknown>)[key], ancestors);
  }
  writer.close(list, 0);
}
