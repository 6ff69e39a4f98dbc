// The program's own mask: asked for every value, and closed where it fails.
import type { AttributeValue } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import type { Mask } from "../config/masking-settings.ts";
import { sayOnce } from "../diagnostics.ts";
import { REDACTED } from "./masking-rules.ts";

/** Asks `mask`; whatever it does wrong hides the value, and is said once. */
export function askMask(
  mask: Mask,
  key: string,
  value: AttributeValue,
  span: unknown,
): AttributeValue | undefined {
  let answer: unknown;
  try {
    answer = mask(key, value, span as ReadableSpan);
  } catch (error) {
    return closed(`threw ${className(error)}`);
  }
  if (answer === undefined || answer === value || isAttributeValue(answer)) {
    return answer as AttributeValue | undefined;
  }
  if (typeof answer === "object" && answer !== null && "then" in answer) {
    Promise.resolve(answer as PromiseLike<unknown>).catch(() => undefined);
    return closed("gave a promise");
  }
  return closed("gave what is no attribute value");
}

function closed(what: string): string {
  sayOnce(`mask:${what}`, {
    code: "PHX331",
    message: `mask ${what}. The value is recorded as ${REDACTED}. Make mask a synchronous function that does not throw and gives a string, number, boolean, a list of one of them, or undefined.`,
  });
  return REDACTED;
}

const NATIVE = [TypeError, RangeError, ReferenceError, SyntaxError];

/** Only a name of the language's own: of the program's errors even the name may hold the very value. */
const className = (error: unknown): string =>
  NATIVE.find((each) => error instanceof each)?.name ?? "an error";

const isAttributeValue = (value: unknown): boolean =>
  isPrimitive(value) ||
  (Array.isArray(value) && value.every((item) => item === undefined || item === null || isPrimitive(item)));

const isPrimitive = (value: unknown): boolean =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";
