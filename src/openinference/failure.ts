// An error on a span: the exception event and the status, whatever was thrown.
import { SpanStatusCode, type Exception } from "@opentelemetry/api";
import { cutText } from "../capture/cut-text.ts";
import { jsonText } from "../capture/json-text.ts";
import type { InspectableSpan } from "./inspectable-span.ts";

/** What of a thrown value can be recorded, read once: getters may throw and messages may be long. */
function readException(error: unknown, maxLength: number): { name: string; message: string; stack?: string } {
  if (typeof error === "string") return { name: "string", message: cutText(error, maxLength) };
  try {
    const { name, message, stack } = error as Partial<Error>;
    if (typeof message === "string") {
      return {
        name: typeof name === "string" && name !== "" ? name : "Error",
        message: cutText(message, maxLength),
        ...(typeof stack === "string" ? { stack: cutText(stack, maxLength) } : undefined),
      };
    }
  } catch {
    // Not readable as an error: recorded as a value below.
  }
  return { name: typeof error, message: jsonText(error, maxLength) };
}

/** Records `error` as exception event and error status; a status the user set stays. */
export function recordFailure(span: InspectableSpan, error: unknown, maxLength: number): void {
  const exception = readException(error, maxLength);
  span.recordException(exception satisfies Exception);
  if (span.status.code === SpanStatusCode.UNSET) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: exception.message });
  }
}
