// Writes one file of the spool, in one turn of the event loop: beside its name first, synced, and only then under it.
import { createHash } from "node:crypto";
import type { RequestStore } from "../delivery/keeping.ts";
import type { ClaimedFile } from "./claimed-file.ts";
import { encodeFrame, encodeHeader, FRAME_BYTES, headerBytes, MAX_REQUEST_BYTES } from "./spool-format.ts";
import { codeOf, type SpoolFolder } from "./spool-folder.ts";

/** More is never reserved: no queue holds as much. */
const MOST_BYTES = 2 ** 40;

/** A file that is being written. What the file system refuses is remembered in `failure`. */
export class SpoolWriter implements RequestStore {
  readonly #folder: SpoolFolder;
  readonly #addresses: readonly string[];
  /** The file's name without its ending. */
  readonly base: string;
  readonly #descriptor: number;
  readonly #hash = createHash("sha256");
  readonly #maxFileBytes: number;
  #at: number;
  #spans = 0;
  #requests = 0;
  #earlier: ClaimedFile | undefined;
  /** Whether a request found no room. */
  isFull = false;
  /** Why nothing can be written. */
  failure: unknown;

  /**
   * Opens a file for requests that are meant for these addresses. It takes the place of an `earlier` one of this process,
   * with all that is in it. `expectedBytes` is how much will come. Throws where nothing can be written.
   */
  constructor(
    folder: SpoolFolder,
    addresses: readonly string[],
    {
      maxBytes,
      expectedBytes,
      earlier,
    }: { maxBytes: number; expectedBytes: number; earlier: ClaimedFile | undefined },
  ) {
    const { fs } = folder;
    const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = fs.constants;
    this.#folder = folder;
    this.#addresses = addresses;
    this.#at = headerBytes(addresses);
    this.#earlier = earlier;
    this.base = earlier?.base ?? folder.newBase();
    folder.make();
    folder.sweep();
    this.#descriptor = fs.openSync(this.#part, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600);
    try {
      // The umask may have taken from it.
      fs.fchmodSync(this.#descriptor, 0o600);
      // Takes its room, for others that end at the same time.
      const reserved = Math.min(this.#at + expectedBytes, Math.max(this.#at, Math.min(maxBytes, MOST_BYTES)));
      fs.ftruncateSync(this.#descriptor, reserved);
      this.#maxFileBytes = maxBytes - (folder.bytes - reserved - (earlier?.bytes ?? 0));
      if (earlier !== undefined) this.#take(earlier);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get roomBytes(): number {
    return this.#maxFileBytes - this.#at - FRAME_BYTES;
  }

  add(request: Uint8Array, spans: number): boolean {
    if (request.byteLength > Math.min(this.roomBytes, MAX_REQUEST_BYTES)) {
      this.isFull = true;
      return false;
    }
    try {
      this.#write(encodeFrame(request.byteLength, spans));
      this.#write(request);
    } catch (error) {
      this.failure ??= error;
      return false;
    }
    this.#spans += spans;
    this.#requests++;
    return true;
  }

  commit(): boolean {
    const { fs } = this.#folder;
    if (this.failure !== undefined) return false;
    const header = {
      spans: this.#spans,
      requests: this.#requests,
      bytes: this.#at,
      sha256: this.#hash.digest("hex"),
    };
    try {
      writeAll(fs, this.#descriptor, encodeHeader({ addresses: this.#addresses, ...header }), 0);
      fs.ftruncateSync(this.#descriptor, this.#at);
      this.#sync();
      // Nobody is to see the one without the other: the earlier file's name leads to both, until it is the new one's.
      fs.renameSync(this.#part, this.#folder.pathOf(this.#earlier?.name ?? this.#name));
      this.#earlier?.release();
      this.#earlier = undefined;
      this.#folder.sync();
      return true;
    } catch (error) {
      this.failure = error;
      return false;
    }
  }

  /** Ends the writing, and removes what did not become a whole file. Never throws. */
  close(): void {
    const { fs } = this.#folder;
    try {
      fs.closeSync(this.#descriptor);
      fs.rmSync(this.#part, { force: true });
      this.#earlier?.release();
    } catch {
      // The next process removes it.
    }
  }

  /** Not every file system can: there the file is as good as any other one. */
  #sync(): void {
    try {
      this.#folder.fs.fsyncSync(this.#descriptor);
    } catch (error) {
      if (!["EINVAL", "ENOTSUP", "ENOSYS"].includes(codeOf(error) ?? "")) throw error;
    }
  }

  get #name(): string {
    return this.#folder.wholeName({ base: this.base, sent: 0 });
  }

  get #part(): string {
    return this.#folder.pathOf(this.#folder.partName(this.base));
  }

  /** Puts the requests of an earlier file in front. */
  #take(earlier: ClaimedFile): void {
    for (const request of earlier.left) {
      const content = earlier.content(request);
      this.#write(encodeFrame(content.length, request.spans));
      this.#write(content);
      this.#spans += request.spans;
      this.#requests++;
    }
  }

  #write(bytes: Uint8Array): void {
    writeAll(this.#folder.fs, this.#descriptor, bytes, this.#at);
    this.#hash.update(bytes);
    this.#at += bytes.byteLength;
  }
}

function writeAll(fs: SpoolFolder["fs"], descriptor: number, bytes: Uint8Array, at: number): void {
  for (let written = 0; written < bytes.byteLength;) {
    written += fs.writeSync(descriptor, bytes, written, bytes.byteLength - written, at + written);
  }
}
