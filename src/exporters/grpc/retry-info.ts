// How long a gRPC server asks to wait: RetryInfo inside grpc-status-details-bin.

/** The trailer that carries an encoded `google.rpc.Status`. */
export const STATUS_DETAILS = "grpc-status-details-bin";

const RETRY_INFO = "/google.rpc.RetryInfo";

/**
 * Milliseconds of the `google.rpc.RetryInfo` among the details of an encoded `google.rpc.Status`;
 * `undefined` when there is none or the bytes are not a status.
 */
export function parseRetryInfo(status: Uint8Array): number | undefined {
  try {
    for (const detail of fields(status, 3)) {
      const any = detail as Uint8Array;
      const typeUrl = Buffer.from((fields(any, 1)[0] as Uint8Array | undefined) ?? []).toString();
      if (!typeUrl.endsWith(RETRY_INFO)) continue;
      const info = fields(any, 2)[0] as Uint8Array | undefined;
      const delay = info && (fields(info, 1)[0] as Uint8Array | undefined);
      if (delay) return Math.ceil(number(delay, 1) * 1000 + number(delay, 2) / 1e6);
    }
  } catch {
    // Bytes that are no protobuf say nothing about waiting.
  }
  return undefined;
}

const number = (message: Uint8Array, wanted: number): number =>
  (fields(message, wanted)[0] as number | undefined) ?? 0;

/** All values of one field: numbers for varints, bytes for length-delimited ones. */
function fields(message: Uint8Array, wanted: number): (number | Uint8Array)[] {
  const found: (number | Uint8Array)[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError("cut off");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.byteLength) {
    const tag = varint();
    const wire = tag % 8;
    let value: number | Uint8Array;
    if (wire === 0) value = varint();
    else {
      const length = wire === 2 ? varint() : wire === 1 ? 8 : 4;
      value = message.subarray(at, at + length);
      at += length;
    }
    if (Math.floor(tag / 8) === wanted) found.push(value);
  }
  return found;
}
