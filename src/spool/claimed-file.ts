// One whole file that this process holds: checked to its last byte, then read request by request.
import { splitRequest } from "../otlp/split-request.ts";
import { dateMillis } from "../real-time.ts";
import { ownMark } from "./process-mark.ts";
import { read, readNow, type ReadPlan } from "./read-plan.ts";
import {
  BrokenFile,
  readHeader,
  readRequests,
  type SpoolHeader,
  type StoredRequest,
} from "./spool-format.ts";
import { codeOf, type SpoolEntry, type SpoolFolder, type SpoolName } from "./spool-folder.ts";

type ReadHeader = SpoolHeader & { readonly headerBytes: number };

/** What the first line of a file says. */
export type Look =
  | { readonly kind: "whole"; readonly header: ReadHeader }
  | { readonly kind: "broken"; readonly why: string }
  | { readonly kind: "gone" };

/** A file under a name that says that this process holds it. */
export class ClaimedFile {
  readonly base: string;
  /** What it has in all. */
  readonly bytes: number;
  readonly #folder: SpoolFolder;
  readonly #header: ReadHeader;
  readonly #descriptor: number;
  #name: string;
  #sent: number;
  #requests: readonly StoredRequest[] | undefined;
  #isOpen = true;

  private constructor(folder: SpoolFolder, entry: SpoolEntry, name: string, descriptor: number) {
    this.base = entry.base;
    this.#folder = folder;
    this.#name = name;
    this.#sent = entry.sent;
    this.#descriptor = descriptor;
    const { size } = folder.fs.fstatSync(descriptor);
    this.#header = readNow(folder.fs, descriptor, readHeader(size));
    this.bytes = size;
  }

  /** Reads the first line of a file, whoever holds it. */
  static look(folder: SpoolFolder, { file }: SpoolEntry): Look {
    const { fs } = folder;
    let descriptor: number | undefined;
    try {
      descriptor = open(folder, file);
      const stats = fs.fstatSync(descriptor);
      if (!stats.isFile()) return { kind: "gone" };
      return { kind: "whole", header: readNow(fs, descriptor, readHeader(stats.size)) };
    } catch (error) {
      if (error instanceof BrokenFile) return { kind: "broken", why: error.message };
      // A link that was put in its place counts as gone.
      if (["ENOENT", "ELOOP"].includes(codeOf(error) ?? "")) return { kind: "gone" };
      throw error;
    } finally {
      if (descriptor !== undefined) fs.closeSync(descriptor);
    }
  }

  /** Takes a file, so that no other process sends it meanwhile; nothing where another one was faster. */
  static claim(folder: SpoolFolder, entry: SpoolEntry): ClaimedFile | undefined {
    const name = folder.claim(entry);
    if (name === undefined) return undefined;
    let descriptor: number | undefined;
    try {
      descriptor = open(folder, name);
      return new ClaimedFile(folder, entry, name, descriptor);
    } catch (error) {
      if (descriptor !== undefined) folder.fs.closeSync(descriptor);
      folder.rename(name, { base: entry.base, sent: entry.sent });
      throw error;
    }
  }

  /** Its name in the folder. */
  get name(): string {
    return this.#name;
  }

  /** The requests that are still to be sent, once the file is checked. */
  get left(): readonly StoredRequest[] {
    return this.#requests?.slice(this.#sent) ?? [];
  }

  /** Whether the file is checked, and nothing of it is left to send. */
  get isDone(): boolean {
    return this.#requests !== undefined && this.left.length === 0;
  }

  /** Reads the file to its last byte. Throws {@link BrokenFile}. */
  async check(): Promise<void> {
    this.#requests = await read(this.#folder.fs, this.#descriptor, this.#plan());
  }

  /** {@link check} in one turn of the event loop. */
  checkNow(): void {
    this.#requests = readNow(this.#folder.fs, this.#descriptor, this.#plan());
  }

  /** One request of a file that was checked. */
  content({ at, length }: StoredRequest): Buffer {
    return readNow(this.#folder.fs, this.#descriptor, one(at, length));
  }

  /** A request is taken, and those in front of it: whoever goes on with the file begins behind it. */
  sent(request: StoredRequest): void {
    const requests = this.#requests ?? [];
    this.#sent = Math.max(this.#sent, requests.indexOf(request) + 1);
    if (this.#isOpen && !this.isDone) this.#rename(true);
    if (this.#isOpen) this.#touch();
  }

  /** Nobody needs the file any more. Throws where it cannot be removed. */
  remove(): void {
    this.#close();
    try {
      this.#folder.fs.unlinkSync(this.#folder.pathOf(this.#name));
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
    }
  }

  /** Leaves the file to others. Never throws. */
  release(): void {
    if (!this.#isOpen) return;
    this.#close();
    try {
      this.#rename(false);
    } catch {
      // Others find that this process does not live any more.
    }
  }

  /** Has the file never sent; gives its name then, and nothing where it is gone. */
  setAside(): string | undefined {
    this.#close();
    return this.#folder.setAside(this.#name, this.base);
  }

  #rename(isHeld: boolean): void {
    const name: SpoolName = {
      base: this.base,
      sent: this.#sent,
      ...(isHeld && { mark: ownMark(this.#folder.fs) }),
    };
    this.#name = this.#folder.rename(this.#name, name) ?? this.#name;
  }

  /** A sign of life. */
  #touch(): void {
    try {
      const now = dateMillis() / 1000;
      this.#folder.fs.futimesSync(this.#descriptor, now, now);
    } catch {
      // Its name tells of this process all the same.
    }
  }

  #plan(): ReadPlan<StoredRequest[]> {
    return readRequests(this.#header, (request) => splitRequest(request).length);
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#folder.fs.closeSync(this.#descriptor);
  }
}

function* one(at: number, length: number): ReadPlan<Buffer> {
  return yield { at, length };
}

/** Not through a link, and not waiting for a pipe; Windows has neither flag. */
function open(folder: SpoolFolder, file: string): number {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = folder.fs.constants;
  return folder.fs.openSync(folder.pathOf(file), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}
