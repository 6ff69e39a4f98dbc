// How much of one captured value is kept, for all wrappers of the process.
import { sharedSettings } from "../decorators/call/shared-settings.ts";

/** Characters kept of one value unless `maxValueLength` says otherwise. */
const DEFAULT_MAX_VALUE_LENGTH = 1_048_576;

/** Sets the process-wide limit of a captured value, in characters; `undefined` restores the default. */
export function setMaxValueLength(characters: number | undefined): void {
  sharedSettings.maxValueLength = characters;
}

/** The limit of a captured value in force now, in characters. */
export function maxValueLength(): number {
  return sharedSettings.maxValueLength ?? DEFAULT_MAX_VALUE_LENGTH;
}
