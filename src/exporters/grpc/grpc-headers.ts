// The caller's headers of a gRPC call, checked before anything is sent.
import type { OutgoingHttpHeaders } from "node:http2";
import type * as Grpc from "@grpc/grpc-js";

/** The code of the answer when a header cannot be sent by gRPC. */
export const INVALID_HEADER = "ERR_INVALID_CHAR";

const NAME = /^[0-9a-z_.-]+$/;
const VALUE = /^[ -~]*$/;

/**
 * `headers` as gRPC sends them, under those of `metadata`: lower-case names, `-bin` values in base64.
 * Throws an error with the code `ERR_INVALID_CHAR` that names the header it cannot send, not its value.
 */
export function grpcHeaders(
  headers: Readonly<Record<string, string>>,
  metadata: Grpc.Metadata | undefined,
): OutgoingHttpHeaders {
  const all: OutgoingHttpHeaders = {};
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase();
    const isBinary = name.endsWith("-bin");
    if (!NAME.test(name) || !(isBinary || VALUE.test(value))) throw invalidHeader(given);
    all[name] = isBinary ? Buffer.from(value, "base64").toString("base64") : value;
  }
  return metadata ? { ...all, ...metadata.toHttp2Headers() } : all;
}

/** The error for a header that cannot be sent. */
export function invalidHeader(name: string): Error {
  return Object.assign(new Error(`the header "${name}" cannot be sent`), { code: INVALID_HEADER });
}
