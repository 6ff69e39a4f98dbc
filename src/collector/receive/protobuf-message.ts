// Reads protobuf messages into plain objects, by a table that names their fields.

/** Where a field is in the object, and what it holds: a scalar, or the name of another message of the table. */
export interface MessageField {
  readonly name: string;
  readonly type: string;
  readonly isRepeated: boolean;
}

/** A message: its fields by number. */
export interface MessageTable {
  readonly fields: Readonly<Record<number, MessageField>>;
  /** The property that names the field that is set, where only one can be. */
  readonly oneof?: string;
}

type Message = Record<string, unknown>;

const VARINT = 0;
const FIXED64 = 1;
const WITH_LENGTH = 2;
const FIXED32 = 5;

/** Nine bytes hold 63 bits, a negative number takes ten. */
const MAX_VARINT_BYTES = 10;

interface Scalar {
  readonly wire: number;
  readonly absent: unknown;
  readonly read: (reader: ProtobufReader) => unknown;
}

const SCALARS: Readonly<Record<string, Scalar>> = {
  bool: { wire: VARINT, absent: false, read: (reader) => reader.varint() !== 0n },
  uint32: { wire: VARINT, absent: 0, read: (reader) => Number(BigInt.asUintN(32, reader.varint())) },
  int64: { wire: VARINT, absent: 0n, read: (reader) => BigInt.asIntN(64, reader.varint()) },
  fixed32: { wire: FIXED32, absent: 0, read: (reader) => reader.take(4).readUInt32LE() },
  fixed64: { wire: FIXED64, absent: 0n, read: (reader) => reader.take(8).readBigUInt64LE() },
  double: { wire: FIXED64, absent: 0, read: (reader) => reader.take(8).readDoubleLE() },
  string: { wire: WITH_LENGTH, absent: "", read: (reader) => reader.content().toString("utf8") },
  bytes: { wire: WITH_LENGTH, absent: new Uint8Array(), read: (reader) => reader.content() },
};

/**
 * The message `type` of `tables` that `bytes` are. Fields that the table does not name are passed over; of one that is
 * repeated on the wire and not in the table, the last counts. An absent message is `undefined`, another absent field has
 * protobuf's default. `bytes` fields are views of the input. Throws a `RangeError` on bytes that are no protobuf.
 */
export function readMessage(
  tables: Readonly<Record<string, MessageTable>>,
  type: string,
  bytes: Uint8Array,
): unknown {
  const table = tables[type];
  if (table === undefined) throw new TypeError(`no message ${type}`);
  const message = emptyMessage(table);
  const reader = new ProtobufReader(bytes);
  while (!reader.isAtEnd) {
    const tag = reader.size();
    const field = table.fields[Math.floor(tag / 8)];
    const scalar = SCALARS[field?.type ?? ""];
    // A field of another wire type than the table's is one that it does not know.
    if (field === undefined || tag % 8 !== (scalar?.wire ?? WITH_LENGTH)) {
      reader.skip(tag % 8);
      continue;
    }
    const value = scalar ? scalar.read(reader) : readMessage(tables, field.type, reader.content());
    if (field.isRepeated) (message[field.name] as unknown[]).push(value);
    else message[field.name] = value;
    if (table.oneof !== undefined) message[table.oneof] = field.name;
  }
  return message;
}

function emptyMessage({ fields, oneof }: MessageTable): Message {
  // Of those of which one is set, the others are not there.
  if (oneof !== undefined) return { [oneof]: undefined };
  const message: Message = {};
  for (const { name, type, isRepeated } of Object.values(fields)) {
    message[name] = isRepeated ? [] : SCALARS[type]?.absent;
  }
  return message;
}

/** Goes through the bytes of one message. */
class ProtobufReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.byteLength;
  }

  /** The next `length` bytes. */
  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.byteLength) throw new RangeError("invalid protobuf: cut short");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A varint that is a tag or a length. */
  size(): number {
    const first = this.#bytes[this.#at];
    if (first === undefined || first >= 0x80) return Number(this.varint());
    this.#at++;
    return first;
  }

  varint(): bigint {
    let value = 0n;
    for (let count = 0n; count < MAX_VARINT_BYTES; count++) {
      const byte = this.take(1).readUInt8();
      value |= BigInt(byte & 0x7f) << (7n * count);
      if (byte < 0x80) return value;
    }
    throw new RangeError("invalid protobuf: an integer without an end");
  }

  /** What has a length in front of it. */
  content(): Buffer {
    return this.take(this.size());
  }

  skip(wireType: number): void {
    switch (wireType) {
      case VARINT:
        this.varint();
        break;
      case FIXED64:
        this.take(8);
        break;
      case WITH_LENGTH:
        this.content();
        break;
      case FIXED32:
        this.take(4);
        break;
      default:
        throw new RangeError(`invalid protobuf: wire type ${wireType}`);
    }
  }
}
