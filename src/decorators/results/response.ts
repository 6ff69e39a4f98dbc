// A fetch Response: one like it, whose body is observed.
import type { SpanRecorder } from "../call/span-recorder.ts";
import { copyOwnMembers, observeReadableStream } from "./readable-stream.ts";

/** Gives a response with the status, headers, url and class of `response`; its span ends with the body. */
export function observeResponse(recorder: SpanRecorder, response: Response): Response {
  const { body, bodyUsed, status, statusText, headers, url, redirected, type } = response;
  if (body === null || bodyUsed || body.locked) {
    recorder.succeed(undefined);
    return response;
  }
  const derived = new Response(observeReadableStream(recorder, body), { status, statusText, headers });
  for (const [key, value] of Object.entries({ url, redirected, type })) {
    Object.defineProperty(derived, key, { value, configurable: true });
  }
  const prototype: unknown = Object.getPrototypeOf(response);
  if (prototype !== Response.prototype) Object.setPrototypeOf(derived, prototype as object);
  copyOwnMembers(response, derived);
  return derived;
}
