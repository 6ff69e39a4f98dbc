// Protobuf's variable-length integers: how long they are, and writing one where there is room.

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

/** Bytes of a field with a tag below 16 and this much in it, tag and length included. */
export function fieldBytes(content: number): number {
  return 1 + varintBytes(content) + content;
}

/** Writes `value`, below 2^32, and gives where it ends. */
export function putVarint(target: Uint8Array, at: number, value: number): number {
  let rest = value >>> 0;
  while (rest > 0x7f) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}
