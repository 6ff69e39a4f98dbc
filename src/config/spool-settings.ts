// The option `spool`: whether, where and how much is kept on disk of what a process leaves.
import path from "node:path";
import { type Environment, readText, type Surroundings } from "./environment.ts";
import type { Resolved } from "./resolved.ts";

/** The option `spool` with its details. */
export interface SpoolOptions {
  /** The folder; a relative one is in the working directory. `$XDG_STATE_HOME/phoenix-otel/spool`, else `~/.local/state/phoenix-otel/spool`. */
  dir?: string;
  /** Most bytes of the folder. 268,435,456 (256 MiB) by default. */
  maxBytes?: number;
}

/** What the option means. */
export interface SpoolSettings {
  /** An absolute path, unless the working directory is gone. */
  readonly dir: string;
  readonly maxBytes: number;
}

const MAX_BYTES = 256 * 1024 * 1024;

/** Completes "spool is …". */
export const SPOOL_EXPECTS =
  "true, the path of a folder, or an object of dir (a path) and maxBytes (a whole number of bytes above 0)";

/** Whether a value of the option can be right. */
export function isSpool(value: unknown): boolean {
  if (typeof value === "boolean") return true;
  if (typeof value !== "object" || value === null) return isPath(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  const { dir, maxBytes, ...others } = value as Record<string, unknown>;
  return (
    (dir === undefined || isPath(dir)) &&
    (maxBytes === undefined ||
      maxBytes === Infinity ||
      (Number.isSafeInteger(maxBytes) && Number(maxBytes) > 0)) &&
    Object.keys(others).length === 0
  );
}

/** A blank path is somebody's variable that is not set. */
const isPath = (value: unknown): boolean =>
  typeof value === "string" && value.trim() !== "" && !value.includes("\0");

/** The settings that a right value of the option means; `undefined` where the spool is off. */
export function resolveSpool(
  spool: boolean | string | SpoolOptions | undefined,
  surroundings: Surroundings,
): Resolved<SpoolSettings> | undefined {
  if (spool === undefined || spool === false) return undefined;
  const { dir, maxBytes = MAX_BYTES }: SpoolOptions =
    spool === true ? {} : typeof spool === "string" ? { dir: spool } : spool;
  const { workingDirectory = "", environment } = surroundings;
  const folder = dir === undefined ? defaultSpoolFolder(environment) : absolute(dir, workingDirectory);
  return { value: { dir: folder, maxBytes }, source: "option spool" };
}

const absolute = (dir: string, workingDirectory: string): string =>
  path.isAbsolute(dir) ? dir : path.join(workingDirectory, dir);

/** Where the spool is when nobody says where. A relative `XDG_STATE_HOME` does not count, as its specification has it. */
export function defaultSpoolFolder(environment: Environment): string {
  const state = readText(environment, "XDG_STATE_HOME");
  const base =
    state !== undefined && path.isAbsolute(state) ? state : path.join(homeFolder(), ".local/state");
  return path.join(base, "phoenix-otel/spool");
}

/** A user without an entry has none. */
function homeFolder(): string {
  try {
    return process.getBuiltinModule("node:os").homedir();
  } catch {
    return path.sep;
  }
}
