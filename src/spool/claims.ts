// Which files of the folder are to be sent to a target, taken one by one as others take them too.
import type { Target } from "../config/target.ts";
import { targetWithin } from "./addresses.ts";
import { ClaimedFile, type Look } from "./claimed-file.ts";
import type { SpoolEntry, SpoolFolder } from "./spool-folder.ts";

/** A file that this process holds, and the part of the target that it is meant for. */
export interface Claim {
  readonly file: ClaimedFile;
  readonly target: Target;
}

/** What was found instead of a file to send. */
export interface Findings {
  /** A file was set aside under a name. */
  aside(file: string, aside: string, why: string): void;
  /** A file cannot be read, renamed or removed. */
  untouchable(file: string, error: unknown): void;
  /** A file is meant for another destination. */
  other?(file: string, addresses: readonly string[]): void;
  /** A file for this destination is held by another process. */
  held?(entry: SpoolEntry): void;
}

/** The files that were there at the start, the oldest first. Throws what listing the folder throws. */
export function* claims(
  folder: SpoolFolder,
  target: Target,
  findings: Findings,
): Generator<Claim | undefined> {
  for (const entry of folder.whole()) {
    yield guarded(findings, entry, () => claim(folder, entry, target, findings));
  }
}

/** Sets a file aside that is held, and tells so. */
export function setAside(file: ClaimedFile, why: string, findings: Findings): void {
  const aside = file.setAside();
  if (aside !== undefined) findings.aside(file.name, aside, why);
}

/** Runs `use`; what the file system refuses is told of the file. */
export function guarded<T>(
  findings: Findings,
  { file }: Pick<SpoolEntry, "file">,
  use: () => T,
): T | undefined {
  try {
    return use();
  } catch (error) {
    findings.untouchable(file, error);
    return undefined;
  }
}

function claim(
  folder: SpoolFolder,
  entry: SpoolEntry,
  target: Target,
  findings: Findings,
): Claim | undefined {
  const look: Look = ClaimedFile.look(folder, entry);
  if (look.kind === "gone") return undefined;
  if (look.kind === "broken") {
    const aside = folder.setAside(entry.file, entry.base);
    if (aside !== undefined) findings.aside(entry.file, aside, look.why);
    return undefined;
  }
  const meant = targetWithin(target, look.header.addresses);
  if (meant === undefined) {
    findings.other?.(entry.file, look.header.addresses);
    return undefined;
  }
  if (!folder.isFree(entry)) {
    findings.held?.(entry);
    return undefined;
  }
  const file = ClaimedFile.claim(folder, entry);
  return file && { file, target: meant };
}
