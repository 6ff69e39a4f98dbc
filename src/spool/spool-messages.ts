// What the spool has to say of its folder and of files in it. Their names may be anybody's: they are made fit for a line.
import { oneLine } from "../delivery/one-line.ts";
import { errorText, sayOnce } from "../diagnostics.ts";
import type { SpoolFolder } from "./spool-folder.ts";

/** Says once that a folder cannot be used, and why. */
export function sayUnusable(dir: string, error: unknown): void {
  sayOnce(`spool ${dir}`, {
    code: "PHX409",
    message: `The spool's folder ${oneLine(dir)} cannot be used: ${oneLine(errorText(error))}. Nothing is kept on disk. Make it a folder that this process may write to, or name another one by the option spool.`,
  });
}

/** Says that a folder has no room for spans. */
export function sayFull(dir: string, spans: number, maxBytes: number): void {
  const what = spans === 1 ? "1 span" : `${spans} spans`;
  sayOnce(`spool full ${dir}`, {
    code: "PHX408",
    message: `The spool's folder ${oneLine(dir)} has no room for ${what}: it holds at most ${maxBytes} bytes. They are lost with the process. Raise maxBytes of the option spool, or send what is there by "npx phoenix-otel send ${oneLine(dir)}".`,
  });
}

/** Why a file was set aside, and under which name. */
export function asideText(folder: SpoolFolder, file: string, aside: string, why: string): string {
  return `${oneLine(folder.pathOf(file))} is not sent: ${why}. It is now ${oneLine(aside)}; remove it when nobody needs it.`;
}

/** Says that a file cannot be read, renamed or removed. */
export function sayUntouchable(folder: SpoolFolder, file: string, error: unknown): void {
  const path = oneLine(folder.pathOf(file));
  sayOnce(`spool file ${path}`, {
    code: "PHX411",
    message: `${path} cannot be read, renamed or removed: ${oneLine(errorText(error))}. It is left alone. Give it to the user of this process, or remove it.`,
  });
}
