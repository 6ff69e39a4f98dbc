// One thing that the doctor looked at, as it is printed.
import type { DiagnosticCode } from "../../diagnostics.ts";
import type { Protocol } from "../../config/target.ts";

/** What is looked at, in the order of causes: the first that is wrong is the one to mend. */
export const CHECK_IDS = [
  "node",
  "settings",
  "name",
  "tcp",
  "tls",
  "grpc",
  "http",
  "key",
  "span",
  "readback",
  "provider",
  "packages",
] as const;

/** The name of a check. */
export type CheckId = (typeof CHECK_IDS)[number];

/** What was found. `ok` is `null` where it was not asked, or does not matter here. */
export interface Check {
  readonly id: CheckId;
  readonly ok: boolean | null;
  readonly why: string;
  /** What to change, with the variable's name: there where `ok` is `false`. */
  readonly fix?: string;
  /** The setting that it comes from. */
  readonly source?: string;
  readonly code?: DiagnosticCode;
  readonly protocol?: Protocol;
}

/** What else a check may tell. */
export type CheckDetails = Omit<Check, "id" | "ok" | "why">;

/** A check without its name. */
export type Finding = Omit<Check, "id">;

export const good = (why: string, details: CheckDetails = {}): Finding => ({ ok: true, why, ...details });
export const open = (why: string, details: CheckDetails = {}): Finding => ({ ok: null, why, ...details });
export const wrong = (why: string, fix: string, details: CheckDetails = {}): Finding => ({
  ok: false,
  why,
  fix,
  ...details,
});
