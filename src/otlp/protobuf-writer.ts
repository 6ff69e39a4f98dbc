// Writes protobuf into slabs of memory, where encoded messages can stay without a copy each.
import { leaveSlab, type Slab, SLAB_BYTES, type SlabBuffer, slabOf, takeSlab } from "./slab.ts";
import { isLong, putText, writeLongText } from "./text.ts";
import { putVarint, varintBytes } from "./varint.ts";

/** The value of each digit by its character code. */
const HEX_DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 0 : value;
});

/** A message where it was written. */
export interface Written {
  /** Its user is whoever holds the message: give it back with `leaveSlab()`. */
  readonly slab: Slab;
  readonly start: number;
  readonly end: number;
}

/** A growing protobuf writer; `begin()` starts a message, `finish()` or `finishInPlace()` hands out its bytes. */
export class ProtobufWriter {
  #slab: Slab | undefined;
  /** Where {@link reserve} makes room. */
  buffer!: SlabBuffer;
  #capacity = 0;
  #start = 0;
  #position = 0;

  /** Starts a message, dropping one that was begun but never finished. */
  begin(): void {
    // The memory a giant needed is not kept for those after it.
    if (this.#capacity > SLAB_BYTES) this.#leave();
    this.#position = this.#start;
  }

  /** How much of the message is written; {@link rewind} goes back there. */
  mark(): number {
    return this.#position - this.#start;
  }

  /** Undoes what was written since {@link mark}. */
  rewind(mark: number): void {
    this.#position = this.#start + mark;
  }

  /** A copy of what was written since {@link mark}. */
  writtenSince(mark: number): Uint8Array {
    return new Uint8Array(this.buffer.subarray(this.#start + mark, this.#position));
  }

  /** Ends the message and returns a copy of its bytes. */
  finish(): Buffer {
    const message = Buffer.allocUnsafeSlow(this.mark());
    this.buffer.copy(message, 0, this.#start, this.#position);
    this.begin();
    return message;
  }

  /** Ends the message and leaves its bytes where they are, unless they would take much of a slab. */
  finishInPlace(): Written {
    const bytes = this.mark();
    if (bytes > SLAB_BYTES / 4) {
      return { slab: slabOf(this.finish()), start: 0, end: bytes };
    }
    const slab = this.#slab!;
    const start = this.#start;
    this.#start = this.#position;
    slab.users++;
    return { slab, start, end: this.#position };
  }

  /**
   * Makes room for `bytes` more in {@link buffer} and gives where they go; the message moves to a new slab when
   * this one is full. Whoever writes there says so by {@link end}.
   */
  reserve(bytes: number): number {
    if (this.#position + bytes > this.#capacity) this.#grow(bytes);
    return this.#position;
  }

  /** Says up to where in {@link buffer} the message is written. */
  end(position: number): void {
    this.#position = position;
  }

  #grow(bytes: number): void {
    const written = this.mark();
    const needed = written + bytes;
    const grown = takeSlab(needed <= SLAB_BYTES ? needed : 2 * needed);
    if (written > 0) this.buffer.copy(grown.buffer, 0, this.#start, this.#position);
    this.#leave();
    this.#slab = grown;
    this.buffer = grown.buffer;
    this.#capacity = grown.capacity;
    this.#position = written;
  }

  #leave(): void {
    if (this.#slab !== undefined) leaveSlab(this.#slab);
    this.#slab = undefined;
    this.#capacity = 0;
    this.#start = 0;
    this.#position = 0;
  }

  /** Writes one byte, mostly a tag of field numbers below 16. */
  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.#position++] = value;
  }

  /** Writes a field's tag. */
  tag(field: number, wireType: number): void {
    this.varint((field << 3) | wireType);
  }

  /** Writes an integer of the int64 range; a negative one takes ten bytes, as protobuf has it. */
  varint(value: number): void {
    this.reserve(10);
    if (value >= 0 && value <= 0xffffffff) {
      this.#position = putVarint(this.buffer, this.#position, value);
      return;
    }
    const magnitude = Math.abs(value);
    let low = magnitude >>> 0;
    let high = (magnitude / 0x100000000) >>> 0;
    if (value < 0) {
      low = (~low + 1) >>> 0;
      high = (low === 0 ? ~high + 1 : ~high) >>> 0;
    }
    while (high > 0 || low > 0x7f) {
      this.buffer[this.#position++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.buffer[this.#position++] = low;
  }

  /** Writes 32 bits, little endian. */
  fixed32(value: number): void {
    this.reserve(4);
    const buffer = this.buffer;
    const position = this.#position;
    buffer[position] = value;
    buffer[position + 1] = value >>> 8;
    buffer[position + 2] = value >>> 16;
    buffer[position + 3] = value >>> 24;
    this.#position = position + 4;
  }

  /** Writes 64 bits given as two halves, little endian. */
  fixed64(low: number, high: number): void {
    this.fixed32(low);
    this.fixed32(high);
  }

  /** Writes an IEEE 754 double, little endian. */
  double(value: number): void {
    this.reserve(8);
    this.#position = this.buffer.writeDoubleLE(value, this.#position);
  }

  /** Writes bytes behind their length. */
  bytes(value: Uint8Array): void {
    this.varint(value.byteLength);
    this.raw(value);
  }

  /** Writes bytes as they are. */
  raw(value: Uint8Array): void {
    this.reserve(value.byteLength);
    this.buffer.set(value, this.#position);
    this.#position += value.byteLength;
  }

  /** Writes hexadecimal digits as bytes behind their length; a character that is no digit counts as 0. */
  hex(digits: string): void {
    const length = digits.length >>> 1;
    this.varint(length);
    this.reserve(length);
    const buffer = this.buffer;
    let position = this.#position;
    for (let at = 0; at < 2 * length; at += 2) {
      buffer[position++] =
        ((HEX_DIGITS[digits.charCodeAt(at)] ?? 0) << 4) | (HEX_DIGITS[digits.charCodeAt(at + 1)] ?? 0);
    }
    this.#position = position;
  }

  /**
   * Writes text as UTF-8 behind its length; a lone surrogate and U+0000 become U+FFFD. Foreign spans may hold
   * something else where OpenTelemetry has text: its string form is written.
   */
  string(value: unknown): void {
    const text = typeof value === "string" ? value : String(value);
    if (isLong(text)) {
      writeLongText(this, text);
      return;
    }
    // Counting the bytes first costs as much as writing them, so the length is filled in afterwards.
    this.reserve(6 + 3 * text.length);
    const start = this.open(text.length);
    this.#position += putText(this.buffer, this.#position, text);
    this.close(start, text.length);
  }

  /**
   * Starts a nested message of about `estimate` bytes; give the result and the same estimate to
   * {@link close}. What is written in between moves when the length takes more or fewer bytes than the estimate.
   */
  open(estimate: number): number {
    const prefix = varintBytes(estimate);
    this.reserve(prefix);
    this.#position += prefix;
    return this.mark();
  }

  /** Ends the nested message that {@link open} started. */
  close(opened: number, estimate: number): void {
    const length = this.mark() - opened;
    const shift = varintBytes(length) - varintBytes(estimate);
    if (shift > 0) this.reserve(shift);
    const start = this.#start + opened;
    const end = this.#position + shift;
    if (shift !== 0) this.buffer.copyWithin(start + shift, start, this.#position);
    putVarint(this.buffer, start - varintBytes(estimate), length);
    this.#position = end;
  }
}
