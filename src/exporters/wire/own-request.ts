// A request that is nobody else's: tests (nock, msw) and instrumentations put themselves over node:http for the
// program's requests, and would hold up a delivery, tell of it as one that was not expected, or trace it.
import type * as http from "node:http";

/** Makes a request, as `http.request()` does. */
export type CreateRequest = (
  url: URL | http.RequestOptions,
  options?: http.RequestOptions,
  onResponse?: (response: http.IncomingMessage) => void,
) => http.ClientRequest;

type Constructor = new (...target: Parameters<CreateRequest>) => http.ClientRequest;

/** Makes what `http.request()` makes, whatever took that function's place. Needs the option `agent`, or `createConnection`. */
export const ownRequest: CreateRequest = (...request) => new (clientRequest())(...request);

/** The class that Node made: others in its place have its prototype, or inherit from it. */
function clientRequest(): Constructor {
  const { ClientRequest, OutgoingMessage }: typeof http = process.getBuiltinModule("node:http");
  let prototype = ClientRequest.prototype as object;
  for (;;) {
    const parent = Object.getPrototypeOf(prototype) as object | null;
    if (parent === OutgoingMessage.prototype) return prototype.constructor as Constructor;
    if (parent === null) return ClientRequest as unknown as Constructor;
    prototype = parent;
  }
}
