// What Node needs to start a thread, and fails without where nobody hears of it: a working directory that exists, and
// file descriptors.
import type * as FileSystem from "node:fs";

/** Those of an event loop, and one for a connection. */
const DESCRIPTORS = 8;
const REMOVED: ReadonlySet<unknown> = new Set(["ENOENT", "ESTALE", "ENOTCONN"]);

const fileSystem = (): typeof FileSystem => process.getBuiltinModule("node:fs");
const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** Throws where the process has too few file descriptors left. */
export function checkDescriptors(): void {
  if (process.platform === "win32") return;
  const fs = fileSystem();
  const opened: number[] = [];
  try {
    while (opened.length < DESCRIPTORS) opened.push(fs.openSync("/dev/null", "r"));
  } catch (error) {
    // Under a permission model, or without such a file, nothing can be told.
    if (["EMFILE", "ENFILE"].includes(codeOf(error) ?? "")) throw error;
  } finally {
    for (const descriptor of opened) fs.closeSync(descriptor);
  }
}

/**
 * Goes elsewhere where the working directory was removed; gives the way back, for when the thread runs. Throws where that
 * is impossible, as in a worker thread.
 */
export function enterExistingDirectory(): () => void {
  const fs = fileSystem();
  try {
    // Not process.cwd(), which is remembered.
    fs.realpathSync.native(".");
  } catch (error) {
    if (REMOVED.has(codeOf(error))) return leaveRemovedDirectory(fs, error);
  }
  return () => undefined;
}

function leaveRemovedDirectory(fs: typeof FileSystem, reason: unknown): () => void {
  const removed = openRemoved(fs);
  const close = (): void => {
    if (removed !== undefined) fs.closeSync(removed);
  };
  try {
    process.chdir("/");
  } catch {
    close();
    throw reason;
  }
  return () => {
    try {
      // What the program does with relative paths fails there, and must not happen elsewhere.
      if (removed !== undefined) process.chdir(`/proc/self/fd/${removed}`);
    } catch {
      // Nor is it worth an error of ours.
    }
    close();
  };
}

/** Linux has a way to a directory without a name. */
function openRemoved(fs: typeof FileSystem): number | undefined {
  try {
    return fs.openSync("/proc/self/cwd", "r");
  } catch {
    return undefined;
  }
}
