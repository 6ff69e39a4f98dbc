// Writes protobuf into slabs of memory that encoded messages are cut from, without a copy each.

/** Messages up to a quarter of this stay in the slab they were written to. */
const SLAB_BYTES = 64 * 1024;

/** Up to here a loop over the characters is faster than a call into the runtime. */
const SHORT_STRING = 48;
/** From here on the room that three bytes a character would take is worth counting the bytes. */
const LONG_STRING = 8192;

type FastBuffer = Buffer & {
  latin1Write(text: string, offset: number): number;
  utf8Write(text: string, offset: number): number;
};

const allocate = (bytes: number): FastBuffer => Buffer.allocUnsafeSlow(bytes) as FastBuffer;

/** Bytes that `value`, an integer from 0 to 2^53, takes as a varint. */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  if (value < 0x10000000) return 4;
  let bytes = 5;
  for (let rest = value / 0x800000000; rest >= 1; rest /= 0x80) bytes++;
  return bytes;
}

/** A growing protobuf writer; `begin()` starts a message, `finish()` hands out its bytes. */
export class ProtobufWriter {
  #buffer = allocate(SLAB_BYTES);
  #start = 0;
  #position = 0;

  /** Starts a message, dropping one that was begun but never finished. */
  begin(): void {
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

  /** Ends the message and returns its bytes; the writer never touches them again. */
  finish(): Uint8Array {
    const message = this.#buffer.subarray(this.#start, this.#position);
    if (message.byteLength > SLAB_BYTES / 4) {
      // A copy of its own, so that a long message does not keep a slab grown for it alive.
      const copy = Buffer.allocUnsafeSlow(message.byteLength);
      message.copy(copy);
      if (this.#buffer.byteLength > SLAB_BYTES) {
        this.#buffer = allocate(SLAB_BYTES);
        this.#start = 0;
      }
      return copy;
    }
    this.#start = this.#position;
    return message;
  }

  /** Makes room for `bytes` more; the message moves to a new slab when this one is full. */
  reserve(bytes: number): void {
    if (this.#position + bytes <= this.#buffer.byteLength) return;
    const written = this.#position - this.#start;
    const grown = allocate(Math.max(SLAB_BYTES, 2 * (written + bytes)));
    this.#buffer.copy(grown, 0, this.#start, this.#position);
    this.#buffer = grown;
    this.#start = 0;
    this.#position = written;
  }

  /** Writes one byte, mostly a tag of field numbers below 16. */
  byte(value: number): void {
    this.reserve(1);
    this.#buffer[this.#position++] = value;
  }

  /** Writes a field's tag. */
  tag(field: number, wireType: number): void {
    this.varint((field << 3) | wireType);
  }

  /** Writes an integer of the int64 range; a negative one takes ten bytes, as protobuf has it. */
  varint(value: number): void {
    this.reserve(10);
    if (value >= 0 && value <= 0xffffffff) {
      this.#varint32(value);
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
      this.#buffer[this.#position++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#buffer[this.#position++] = low;
  }

  /** Writes 32 bits, little endian. */
  fixed32(value: number): void {
    this.reserve(4);
    this.#position = this.#buffer.writeUInt32LE(value >>> 0, this.#position);
  }

  /** Writes 64 bits given as two halves, little endian. */
  fixed64(low: number, high: number): void {
    this.fixed32(low);
    this.fixed32(high);
  }

  /** Writes an IEEE 754 double, little endian. */
  double(value: number): void {
    this.reserve(8);
    this.#position = this.#buffer.writeDoubleLE(value, this.#position);
  }

  /** Writes bytes behind their length. */
  bytes(value: Uint8Array): void {
    this.varint(value.byteLength);
    this.raw(value);
  }

  /** Writes bytes as they are. */
  raw(value: Uint8Array): void {
    this.reserve(value.byteLength);
    this.#buffer.set(value, this.#position);
    this.#position += value.byteLength;
  }

  /** Writes hexadecimal digits as bytes behind their length; a character that is no digit counts as 0. */
  hex(digits: string): void {
    const length = digits.length >>> 1;
    this.varint(length);
    this.reserve(length);
    for (let at = 0; at < 2 * length; at += 2) {
      this.#buffer[this.#position++] =
        (hexDigit(digits.charCodeAt(at)) << 4) | hexDigit(digits.charCodeAt(at + 1));
    }
  }

  /**
   * Writes text as UTF-8 behind its length; a lone surrogate becomes U+FFFD. Foreign spans may hold
   * something else where OpenTelemetry has text: its string form is written.
   */
  string(value: unknown): void {
    const text = typeof value === "string" ? value : String(value);
    if (text.length > LONG_STRING) this.#longString(text);
    else if (text.length > SHORT_STRING || !this.#shortAscii(text)) this.#shortString(text);
  }

  /** Writes a text of few characters, unless one of them is not ASCII. */
  #shortAscii(text: string): boolean {
    this.reserve(1 + text.length);
    let position = this.#position + 1;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) return false;
      this.#buffer[position++] = code;
    }
    this.#buffer[this.#position] = text.length;
    this.#position = position;
    return true;
  }

  /** Counting the bytes first costs as much as writing them, so the length is filled in afterwards. */
  #shortString(text: string): void {
    this.reserve(5 + 3 * text.length);
    const start = this.open(text.length);
    this.#position += this.#buffer.utf8Write(text, this.#position);
    this.close(start, text.length);
  }

  /** Long text is mostly ASCII, which is counted and copied at once, and takes no room in reserve. */
  #longString(text: string): void {
    const length = Buffer.byteLength(text);
    this.varint(length);
    this.reserve(length);
    this.#position +=
      length === text.length
        ? this.#buffer.latin1Write(text, this.#position)
        : this.#buffer.utf8Write(text, this.#position);
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
    if (shift !== 0) this.#buffer.copyWithin(start + shift, start, this.#position);
    this.#position = start - varintBytes(estimate);
    this.#varint32(length);
    this.#position = end;
  }

  /** The room is there: a varint of 32 bits. */
  #varint32(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.#buffer[this.#position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#position++] = rest;
  }
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  if (code >= 65 && code <= 70) return code - 55;
  return 0;
}
