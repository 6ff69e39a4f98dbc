// The fields of a protobuf message: the one reader, for what a server answers and for what this package encoded.

// Not the global one, which Node 20 cannot give any more where globalThis was frozen before.
import { TextDecoder } from "node:util";
/** One field of a message. */
export interface ProtobufField {
  readonly number: number;
  /** Of a varint; what is beyond 2^53 is near, not exact. */
  readonly value?: number;
  /** Of a field with a length: text, bytes or a message. A view of the message's memory. */
  readonly content?: Uint8Array;
  /** The field with its tag. A view of the message's memory. */
  readonly whole: Uint8Array;
}

/** Nine bytes hold 63 bits, a negative number takes ten. */
const MAX_VARINT_BYTES = 10;

/**
 * Gives the fields of a message in their order. Throws a `RangeError` at bytes that are no protobuf, after the fields
 * in front of them.
 */
export function* fieldsOf(message: Uint8Array): Generator<ProtobufField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let count = 0, factor = 1; count < MAX_VARINT_BYTES; count++, factor *= 0x80) {
      const byte = message[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new RangeError("cut short");
  };
  const take = (length: number): Uint8Array => {
    if (at + length > message.byteLength) throw new RangeError("cut short");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.byteLength) {
    const start = at;
    const tag = varint();
    const number = Math.floor(tag / 8);
    const whole = (): Uint8Array => message.subarray(start, at);
    switch (tag % 8) {
      case 0: {
        const value = varint();
        yield { number, value, whole: whole() };
        break;
      }
      case 2: {
        const content = take(varint());
        yield { number, content, whole: whole() };
        break;
      }
      case 1:
        take(8);
        yield { number, whole: whole() };
        break;
      case 5:
        take(4);
        yield { number, whole: whole() };
        break;
      default:
        throw new RangeError("not protobuf");
    }
  }
}

/** The contents of all fields of this number that have a length. Throws as {@link fieldsOf} does. */
export function contentsOf(message: Uint8Array, number: number): Uint8Array[] {
  return Array.from(fieldsOf(message)).flatMap((field) =>
    field.number === number ? (field.content ?? []) : [],
  );
}

/** The varint of this number that counts, the last one; 0 when there is none. Throws as {@link fieldsOf} does. */
export function numberIn(message: Uint8Array, number: number): number {
  return Array.from(fieldsOf(message)).findLast((field) => field.number === number)?.value ?? 0;
}

/** The text of this number that counts, the last one; "" when there is none. Throws as {@link fieldsOf} does. */
export function textIn(message: Uint8Array, number: number): string {
  return new TextDecoder().decode(contentsOf(message, number).at(-1));
}
