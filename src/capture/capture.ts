// What a span records of an input or an output: text as text, anything else as JSON, both bounded.
import { MimeType } from "@arizeai/openinference-semantic-conventions";
import { cutText } from "./cut-text.ts";
import { jsonText } from "./json-text.ts";

/** A recorded value and its mime type. */
export interface Captured {
  readonly value: string;
  readonly mimeType: string;
}

/** Captures one value; never throws. `undefined` gives nothing to record. */
export function capture(value: unknown, maxLength: number): Captured | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return { value: cutText(value, maxLength), mimeType: MimeType.TEXT };
  return { value: jsonText(value, maxLength), mimeType: MimeType.JSON };
}

/** Captures the arguments of a call: one alone as itself, several as a JSON array, none as nothing. */
export function captureArguments(args: readonly unknown[], maxLength: number): Captured | undefined {
  return args.length < 2 ? capture(args[0], maxLength) : capture(args, maxLength);
}
