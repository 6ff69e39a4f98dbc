// The folder of a spool: its files by name, their size together, and how it comes to be.
import { randomBytes } from "node:crypto";
import type * as FileSystem from "node:fs";
import path from "node:path";
import { dateMillis } from "../real-time.ts";
import { isAlive, MARK, markOf, markText, ownMark, type ProcessMark } from "./process-mark.ts";

/** A file of the spool, as its name has it. */
export interface SpoolName {
  readonly base: string;
  /** How many of its requests were sent. */
  readonly sent: number;
  /** Who holds it. */
  readonly mark?: ProcessMark;
}

/** A file in the folder. */
export interface SpoolEntry extends SpoolName {
  readonly file: string;
  readonly bytes: number;
  /** Since it was last written to, or its holder gave a sign of life. */
  readonly silentMillis: number;
}

/** Whole files; files that are being written; files that are set aside. */
const WHOLE = ".spool";
const PART = ".part";
const ASIDE = ".bad";

const NAME = new RegExp(`^(.+?)(?:~(\\d+))?(?:~${MARK.source})?$`, "s");

/** One folder. Methods throw what the file system throws, unless they say otherwise. */
export class SpoolFolder {
  readonly fs: typeof FileSystem = process.getBuiltinModule("node:fs");
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  pathOf(file: string): string {
    return path.join(this.dir, file);
  }

  /** Makes the folder, with its parents, for this user alone. One that is there stays as it is. */
  make(): void {
    const missing: string[] = [];
    for (let dir = path.resolve(this.dir); !this.fs.existsSync(dir); dir = path.dirname(dir)) {
      missing.unshift(dir);
      if (path.dirname(dir) === dir) break;
    }
    for (const dir of missing) {
      try {
        this.fs.mkdirSync(dir, { mode: 0o700 });
      } catch (error) {
        // Another process that ends at the same time makes it as well.
        if (codeOf(error) === "EEXIST") continue;
        throw error;
      }
      // The umask may have taken from it.
      this.fs.chmodSync(dir, 0o700);
    }
  }

  /** The whole files, the oldest first; none where there is no folder. */
  whole(): SpoolEntry[] {
    return this.#entries(WHOLE);
  }

  /** What all files of the spool have together. */
  get bytes(): number {
    return [WHOLE, PART, ASIDE]
      .flatMap((ending) => this.#entries(ending))
      .reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Removes what processes left that died while they wrote, as far as that is allowed. */
  sweep(): void {
    for (const { file, mark, silentMillis } of this.#entries(PART)) {
      if (mark === undefined || isAlive(this.fs, mark, silentMillis)) continue;
      try {
        this.fs.unlinkSync(this.pathOf(file));
      } catch {
        // Another user's, or another process was faster.
      }
    }
  }

  /** A name that no other file has: it sorts by time. */
  newBase(): string {
    const time = new Date(dateMillis()).toISOString().replace(/[-:]/g, "").replace(/\..*/, "Z");
    return `${time}-${process.pid}-${randomBytes(4).toString("hex")}`;
  }

  /** The name of a whole file. */
  wholeName({ base, sent, mark }: SpoolName): string {
    return `${base}${sent > 0 ? `~${sent}` : ""}${mark === undefined ? "" : `~${markText(mark)}`}${WHOLE}`;
  }

  /** The name under which this process writes a file. */
  partName(base: string): string {
    return `${base}~${markText(ownMark(this.fs))}${PART}`;
  }

  /** Whether nobody holds a file, or who held it is dead. */
  isFree({ mark, silentMillis }: SpoolEntry): boolean {
    return mark === undefined || !isAlive(this.fs, mark, silentMillis);
  }

  /** Renames a whole file so that this process holds it. Gives its name then; nothing where another was faster. */
  claim(entry: SpoolEntry): string | undefined {
    // A sign of life comes first: the mark alone could be taken for that of a process that is silent for long.
    this.#touch(entry.file);
    const file = this.wholeName({ base: entry.base, sent: entry.sent, mark: ownMark(this.fs) });
    return this.#rename(entry.file, file) ? file : undefined;
  }

  /** Gives a file that this process holds another name, which nobody else's has. Gives it; nothing where the file is gone. */
  rename(from: string, name: SpoolName): string | undefined {
    const to = this.wholeName(name);
    if (from === to || (name.mark === undefined && this.fs.existsSync(this.pathOf(to)))) return from;
    return this.#rename(from, to) ? to : undefined;
  }

  /** Renames a file so that nobody sends it; gives its name then, and nothing where another was faster. */
  setAside(file: string, base: string): string | undefined {
    const name = base.slice(0, 200);
    for (let number = 0; ; number++) {
      const aside = `${name}${number === 0 ? "" : `.${number}`}${ASIDE}`;
      if (this.fs.existsSync(this.pathOf(aside))) continue;
      return this.#rename(file, aside) ? aside : undefined;
    }
  }

  /** Resolves in another turn of the event loop. Never rejects. */
  breathe(): Promise<void> {
    return new Promise((resolve) => this.fs.access(this.dir, () => resolve()));
  }

  /** Has the folder's own entries written to the disk. Never throws: not every file system can. */
  sync(): void {
    try {
      const descriptor = this.fs.openSync(this.dir, "r");
      try {
        this.fs.fsyncSync(descriptor);
      } finally {
        this.fs.closeSync(descriptor);
      }
    } catch {
      // The file is whole all the same.
    }
  }

  #touch(file: string): void {
    try {
      const now = dateMillis() / 1000;
      this.fs.lutimesSync(this.pathOf(file), now, now);
    } catch {
      // Another user's, or another process was faster.
    }
  }

  #rename(from: string, to: string): boolean {
    try {
      this.fs.renameSync(this.pathOf(from), this.pathOf(to));
      return true;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return false;
      throw error;
    }
  }

  /** Regular files alone: links, folders and pipes are somebody else's, whatever they are called. */
  #entries(ending: string): SpoolEntry[] {
    const now = dateMillis();
    return this.#names()
      .filter((file) => file.endsWith(ending))
      .toSorted()
      .flatMap((file) => {
        const stats = this.fs.lstatSync(this.pathOf(file), { throwIfNoEntry: false });
        const name = NAME.exec(file.slice(0, -ending.length));
        if (stats?.isFile() !== true || name === null) return [];
        const [, base = "", sent = "0", pid, start, scope] = name;
        const isMarked = pid !== undefined && start !== undefined && scope !== undefined;
        return {
          file,
          base,
          sent: Number(sent),
          bytes: stats.size,
          silentMillis: now - stats.mtimeMs,
          ...(isMarked && { mark: markOf(pid, start, scope) }),
        };
      });
  }

  #names(): string[] {
    try {
      return this.fs.readdirSync(this.dir);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    }
  }
}

/** Why the file system refused. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
