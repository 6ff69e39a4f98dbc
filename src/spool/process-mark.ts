// Who holds a file: a process, named so that others can tell whether it still lives.
import { createHash } from "node:crypto";
import type * as FileSystem from "node:fs";

/** A process. `start` tells it from a later one with the same id; within one `scope` ids mean the same. */
export interface ProcessMark {
  readonly pid: number;
  readonly start: string;
  readonly scope: string;
}

/** So long a process that cannot be asked may give no sign of life. */
export const SILENT_MILLIS = 120_000;

/** The mark as part of a file's name. */
export const markText = ({ pid, start, scope }: ProcessMark): string => `${pid}-${start}-${scope}`;

/** As it stands in a file's name. */
export const MARK: RegExp = /(\d+)-(\d+)-([0-9a-f]{8})/;

/** Reads the parts of a mark as {@link MARK} finds them. */
export const markOf = (pid: string, start: string, scope: string): ProcessMark => ({
  pid: Number(pid),
  start,
  scope,
});

let own: ProcessMark | undefined;

/** This process. */
export function ownMark(fs: typeof FileSystem): ProcessMark {
  own ??= { pid: process.pid, start: startOf(fs, process.pid) ?? "0", scope: scopeOf(fs) };
  return own;
}

/** Whether a process lives, `silentMillis` after its last sign of life. */
export function isAlive(fs: typeof FileSystem, mark: ProcessMark, silentMillis: number): boolean {
  if (silentMillis > SILENT_MILLIS) return false;
  const self = ownMark(fs);
  // Another container's, or another machine's: its ids mean nothing here.
  if (mark.scope !== self.scope) return true;
  if (mark.pid === self.pid) return mark.start === self.start;
  const start = startOf(fs, mark.pid);
  if (start !== undefined) return start === mark.start;
  // Its entry is gone, or there are none, or it is not ours to read.
  try {
    process.kill(mark.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process started, in the machine's own measure; "dead" for one that only waits to be buried, `undefined` where it cannot be read. */
function startOf(fs: typeof FileSystem, pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program stands in parentheses and may hold anything.
    const facts = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return facts[0] === "Z" || facts[0] === "X" ? "dead" : facts[19];
  } catch {
    return undefined;
  }
}

/** Where process ids mean the same: this boot of this machine, and on Linux this namespace. */
function scopeOf(fs: typeof FileSystem): string {
  const facts = [process.getBuiltinModule("node:os").hostname()];
  const ask = (fact: () => string): void => {
    try {
      facts.push(fact());
    } catch {
      // Not Linux.
    }
  };
  ask(() => fs.readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim());
  ask(() => fs.readlinkSync("/proc/self/ns/pid"));
  return createHash("sha256").update(facts.join("\n")).digest("hex").slice(0, 8);
}
