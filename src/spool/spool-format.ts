// What a file of the spool looks like: one line of text that says what it is, then requests, each behind its length.
import { createHash, type Hash } from "node:crypto";
import type { ReadPlan } from "./read-plan.ts";

/** What the first line says. */
export interface SpoolHeader {
  /** Where the requests are meant to go: see `addressesOf`. */
  readonly addresses: readonly string[];
  readonly spans: number;
  readonly requests: number;
  /** Length of the file. */
  readonly bytes: number;
  /** SHA-256 of all that follows the first line. */
  readonly sha256: string;
}

/** Where a request is in its file. */
export interface StoredRequest {
  readonly at: number;
  readonly length: number;
  readonly spans: number;
}

/** Why a file is not one to send. */
export class BrokenFile extends Error {
  override readonly name = "BrokenFile";
}

/** In front of each request: its length and its number of spans, four bytes each. */
export const FRAME_BYTES = 8;
/** No span that a queue of the usual size holds is larger. */
export const MAX_REQUEST_BYTES: number = 64 * 1024 * 1024;
const MAX_HEADER_BYTES = 999_999;
const PREFIX = /^phoenix-otel spool 1 (\d{6}) ([0-9a-f]{64}) $/;
const PREFIX_BYTES = "phoenix-otel spool 1 ".length + 6 + 1 + 64 + 1;
const LARGEST: Omit<SpoolHeader, "addresses"> = {
  spans: Number.MAX_SAFE_INTEGER,
  requests: Number.MAX_SAFE_INTEGER,
  bytes: Number.MAX_SAFE_INTEGER,
  sha256: "0".repeat(64),
};

/** The bytes that the first line takes, whatever is counted. Throws a `RangeError` where addresses are too long. */
export function headerBytes(addresses: readonly string[]): number {
  const bytes = PREFIX_BYTES + Buffer.byteLength(JSON.stringify({ addresses, ...LARGEST })) + 1;
  if (bytes > MAX_HEADER_BYTES) throw new RangeError("the endpoint is too long");
  return bytes;
}

/** The first line, as long as {@link headerBytes} says. */
export function encodeHeader(header: SpoolHeader): Buffer {
  const bytes = headerBytes(header.addresses);
  const json = Buffer.alloc(bytes - PREFIX_BYTES - 1, " ");
  json.write(JSON.stringify(header));
  const prefix = `phoenix-otel spool 1 ${String(bytes).padStart(6, "0")} ${sha256(json)} `;
  return Buffer.concat([Buffer.from(prefix), json, Buffer.from("\n")]);
}

/** What stands in front of a request. */
export function encodeFrame(length: number, spans: number): Buffer {
  const frame = Buffer.alloc(FRAME_BYTES);
  frame.writeUInt32BE(length);
  frame.writeUInt32BE(spans, 4);
  return frame;
}

/** Reads the first line, and checks it and the file's length. Throws {@link BrokenFile}. */
export function* readHeader(fileBytes: number): ReadPlan<SpoolHeader & { readonly headerBytes: number }> {
  if (fileBytes === 0) throw new BrokenFile("it is empty");
  const prefix = PREFIX.exec((yield { at: 0, length: PREFIX_BYTES }).toString("latin1"));
  if (prefix === null) throw new BrokenFile("it is no file of a spool");
  const bytes = Number(prefix[1]);
  const json = yield { at: PREFIX_BYTES, length: Math.max(0, bytes - PREFIX_BYTES) };
  if (json.length !== bytes - PREFIX_BYTES || json.at(-1) !== 0x0a) throw new BrokenFile("it is cut short");
  if (sha256(json.subarray(0, -1)) !== prefix[2]) throw new BrokenFile("its first line is damaged");
  const header = parseHeader(json.toString());
  if (header === undefined || headerBytes(header.addresses) !== bytes) {
    throw new BrokenFile("it is no file of a spool");
  }
  if (header.bytes !== fileBytes) {
    throw new BrokenFile(`it has ${fileBytes} bytes and should have ${header.bytes}`);
  }
  return { ...header, headerBytes: bytes };
}

/**
 * Reads the file to its last byte and gives where the requests are. `check` is asked for each of them, and throws or
 * gives its number of spans. Throws {@link BrokenFile}.
 */
export function* readRequests(
  header: SpoolHeader & { readonly headerBytes: number },
  check: (request: Buffer) => number,
): ReadPlan<StoredRequest[]> {
  const requests: StoredRequest[] = [];
  const hash = createHash("sha256");
  let spans = 0;
  for (let at = header.headerBytes; at < header.bytes;) {
    const request = yield* readRequest(header, at, hash);
    let checked = -1;
    try {
      checked = check(request.content);
    } catch {
      // Told below.
    }
    if (checked !== request.spans) throw new BrokenFile("a request in it cannot be read");
    requests.push({ at: at + FRAME_BYTES, length: request.content.length, spans: request.spans });
    spans += request.spans;
    at += FRAME_BYTES + request.content.length;
  }
  if (hash.digest("hex") !== header.sha256) throw new BrokenFile("its checksum is another one");
  if (requests.length !== header.requests || spans !== header.spans) {
    throw new BrokenFile("its counts are other ones");
  }
  return requests;
}

function* readRequest(
  { bytes }: SpoolHeader,
  at: number,
  hash: Hash,
): ReadPlan<{ readonly content: Buffer; readonly spans: number }> {
  const frame = yield { at, length: FRAME_BYTES };
  const length = frame.length === FRAME_BYTES ? frame.readUInt32BE() : Infinity;
  if (length > MAX_REQUEST_BYTES || at + FRAME_BYTES + length > bytes) {
    throw new BrokenFile("a length in it is wrong");
  }
  const content = yield { at: at + FRAME_BYTES, length };
  if (content.length !== length) throw new BrokenFile("it is cut short");
  hash.update(frame).update(content);
  return { content, spans: frame.readUInt32BE(4) };
}

function parseHeader(text: string): SpoolHeader | undefined {
  try {
    const { addresses, spans, requests, bytes, sha256: sum } = JSON.parse(text) as Record<string, unknown>;
    const areCounts = [spans, requests, bytes].every(
      (count) => Number.isSafeInteger(count) && Number(count) > 0,
    );
    const areTexts = Array.isArray(addresses) && addresses.every((each) => typeof each === "string");
    if (!areCounts || !areTexts || typeof sum !== "string") return undefined;
    return { addresses, spans, requests, bytes, sha256: sum } as SpoolHeader;
  } catch {
    return undefined;
  }
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
