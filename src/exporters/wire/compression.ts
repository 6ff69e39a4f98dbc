// Whether a body is worth compressing, and the compressed body.
import type * as zlib from "node:zlib";
import { isPrivateHost } from "../../config/hosts.ts";

/** `auto` compresses what goes over HTTP to a host that is neither loopback nor private. */
export type Compression = "auto" | "gzip" | "none";

/** Below this size a request fits a few packets anyway. */
const WORTH_COMPRESSING_BYTES = 2048;

/** What `auto` must save, or the server would decompress for nothing. */
const WORTH_SENDING_RATIO = 0.9;

/** Whether requests to `hostname` may be compressed at all. */
export function compresses(compression: Compression, hostname: string): boolean {
  return compression === "gzip" || (compression === "auto" && !isPrivateHost(hostname));
}

/**
 * Gives the gzipped body, made off the main thread at level 1, or `undefined` when `auto` finds that
 * it is not worth it.
 */
export async function gzipBody(body: Uint8Array, compression: Compression): Promise<Uint8Array | undefined> {
  if (compression === "auto" && body.byteLength <= WORTH_COMPRESSING_BYTES) return undefined;
  const { gzip } = process.getBuiltinModule("node:zlib");
  const packed = await new Promise<Uint8Array>((resolve, reject) => {
    const options: zlib.ZlibOptions = { level: 1 };
    gzip(body, options, (error, result) => (error ? reject(error) : resolve(result)));
  });
  const worth = compression === "gzip" || packed.byteLength < body.byteLength * WORTH_SENDING_RATIO;
  return worth ? packed : undefined;
}
