// Reads what a server says about the spans it did not take: ExportTraceServiceResponse.

/** The `partial_success` of an answer. */
export interface PartialSuccess {
  readonly rejectedSpans: number;
  readonly text: string;
}

const NONE: PartialSuccess = { rejectedSpans: 0, text: "" };

/** Reads the partial success of an encoded answer; bytes that are no protobuf mean there is none. */
export function parsePartialSuccess(body: Uint8Array | undefined): PartialSuccess {
  if (body === undefined || body.byteLength === 0) return NONE;
  try {
    let rejectedSpans = 0;
    let text = "";
    for (const [field, partial] of fields(body)) {
      if (field !== 1 || typeof partial === "number") continue;
      for (const [inner, value] of fields(partial)) {
        if (inner === 1 && typeof value === "number") rejectedSpans = value;
        if (inner === 2 && typeof value !== "number") text = new TextDecoder().decode(value);
      }
    }
    return { rejectedSpans, text };
  } catch {
    return NONE;
  }
}

/** Field numbers with their numbers or bytes; throws on bytes that are no protobuf. */
function* fields(message: Uint8Array): Generator<[number, number | Uint8Array]> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError("cut short");
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > message.byteLength) throw new RangeError("cut short");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.byteLength) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === 0) yield [field, varint()];
    else if (wireType === 2) yield [field, take(varint())];
    else if (wireType === 1) take(8);
    else if (wireType === 5) take(4);
    else throw new RangeError("not protobuf");
  }
}
