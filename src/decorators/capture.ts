// What a span records of an input or an output: text as text, anything else as JSON, both bounded.
import { MimeType } from "@arizeai/openinference-semantic-conventions";
import { cutText } from "./cut-text.ts";
import { jsonText } from "./json-text.ts";
import { sharedSettings } from "./shared-settings.ts";

/** A recorded value and its mime type. */
export interface Captured {
  readonly value: string;
  readonly mimeType: string;
}

/** Characters kept of one value unless `maxValueLength` says otherwise. */
export const DEFAULT_MAX_VALUE_LENGTH = 1_048_576;

/** Sets the process-wide limit of a captured value, in characters; `undefined` restores the default. */
export function setMaxValueLength(characters: number | undefined): void {
  sharedSettings.maxValueLength = characters;
}

/** The limit of a captured value in force now, in characters. */
export function maxValueLength(): number {
  return sharedSettings.maxValueLength ?? DEFAULT_MAX_VALUE_LENGTH;
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
