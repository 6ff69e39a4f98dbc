// Frames of AWS's event streams: a prelude, headers, a payload, and a checksum after each.
import { crc32 } from "node:zlib";
import type { Recording } from "./llm-server.ts";

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.from([Buffer.byteLength(name)]),
    Buffer.from(name),
    Buffer.from([7]),
    length,
    Buffer.from(value),
  ]);
}

function frame(type: string, payload: unknown): Buffer {
  const headers = Buffer.concat([
    header(":message-type", "event"),
    header(":event-type", type),
    header(":content-type", "application/json"),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const lengths = Buffer.concat([uint32(headers.length + body.length + 16), uint32(headers.length)]);
  const prelude = Buffer.concat([lengths, uint32(crc32(lengths))]);
  const message = Buffer.concat([prelude, headers, body]);
  return Buffer.concat([message, uint32(crc32(message))]);
}

/** Gives the frames of one event: an object with the event's name as its one member. */
export const awsFrames = (event: Readonly<Record<string, unknown>>): Buffer =>
  Buffer.concat(Object.entries(event).map(([type, payload]) => frame(type, payload)));

/** Gives an answer whose events are each an object with the event's name as its one member. */
export const awsEvents = (...events: readonly Readonly<Record<string, unknown>>[]): Recording => ({
  type: "application/vnd.amazon.eventstream",
  bytes: Buffer.concat(events.map(awsFrames)),
});
