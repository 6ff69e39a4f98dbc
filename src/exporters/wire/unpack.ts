// The body of an answer without its content-encoding. Nobody asked for one, but proxies and frameworks compress what they like.
import type * as zlib from "node:zlib";

/** More than any answer has to say; what unpacks to more is not read. */
const MAX_UNPACKED_BYTES = 1024 * 1024;

type Unpack = (module: typeof zlib, body: Uint8Array) => Uint8Array;

/** A body that was cut short gives what can be read of it. */
const options = (module: typeof zlib): zlib.ZlibOptions => ({
  finishFlush: module.constants.Z_SYNC_FLUSH,
  maxOutputLength: MAX_UNPACKED_BYTES,
});
const gunzip: Unpack = (module, body) => module.gunzipSync(body, options(module));
/** RFC 9110 means zlib by it, and many servers send what is inside alone. */
const inflate: Unpack = (module, body) => {
  try {
    return module.inflateSync(body, options(module));
  } catch {
    return module.inflateRawSync(body, options(module));
  }
};
const unbrotli: Unpack = (module, body) => {
  const { BROTLI_OPERATION_FLUSH: finishFlush } = module.constants;
  return module.brotliDecompressSync(body, { finishFlush, maxOutputLength: MAX_UNPACKED_BYTES });
};
/** From Node 22.15 on. */
const unzstd: Unpack = (module, body) =>
  (module as { zstdDecompressSync?: (body: Uint8Array) => Uint8Array }).zstdDecompressSync!(body);

const UNPACKS: ReadonlyMap<string, Unpack> = new Map([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", inflate],
  ["br", unbrotli],
  ["zstd", unzstd],
]);

/**
 * Undoes the encodings of `content-encoding` or `grpc-encoding`, the last one first; `undefined` when that cannot be done.
 * Never throws: the status counts, whatever the body says.
 */
export function unpack(body: Uint8Array, encodings: string | undefined): Uint8Array | undefined {
  const names = (encodings ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  const given = names.filter((name) => name !== "" && name !== "identity").toReversed();
  if (given.length === 0 || body.byteLength === 0) return body;
  try {
    const module = process.getBuiltinModule("node:zlib");
    return given.reduce((packed, name) => UNPACKS.get(name)!(module, packed), body);
  } catch {
    return undefined;
  }
}
