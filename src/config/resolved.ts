// What every reader of settings gives: a value with its source, and a list to put problems in.
import type { Diagnostic } from "../diagnostics.ts";

/** A value and where it came from: `option endpoint`, `PHOENIX_API_KEY`, `PHOENIX_API_KEY in /path/.env.phoenix`, `default`. */
export interface Resolved<T> {
  readonly value: T;
  readonly source: string;
}

/** Collects what resolution has to say; `register()` prints it. */
export type Problems = Diagnostic[];

/** The source of a value nobody set. */
export const DEFAULT_SOURCE = "default";
