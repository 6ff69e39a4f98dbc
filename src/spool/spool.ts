// A processor's spool: what it leaves on disk, and what earlier processes left there for the same destination.
import type { SpoolSettings } from "../config/spool-settings.ts";
import type { RequestStore } from "../delivery/keeping.ts";
import type { ExporterConnection } from "../exporters/connection.ts";
import { untraced } from "../exporters/wire/untraced.ts";
import { processSlot } from "../process-slot.ts";
import { nowMillis } from "../real-time.ts";
import { addressesOf } from "./addresses.ts";
import { ClaimedFile } from "./claimed-file.ts";
import { Resend } from "./resend.ts";
import { SpoolFolder } from "./spool-folder.ts";
import { sayFull, sayUnusable } from "./spool-messages.ts";
import { SpoolWriter } from "./spool-writer.ts";

/** What ends late is added to the file that the process wrote before, unless that is to be written again and again. */
const MAX_ADDITIONS = 4;
const SMALL_FILE_BYTES = 1024 * 1024;

/** Each span that ends in an `exit` listener is an addition: one after the other may take so long. */
const ADDING_MILLIS = 2_000;
const PAUSE_MILLIS = 1_000;

interface Written {
  readonly base: string;
  readonly additions: number;
}

/** The file that this process wrote last, by folder and destination, and how long additions took since the last pause. */
const written = processSlot("spool-files", 1, () => ({
  files: new Map<string, Written>(),
  addingMillis: 0,
  atMillis: 0,
}));

/** Keeps spans beyond the process, and sends those of earlier ones. No method throws or rejects. */
export class Spool {
  readonly resend: Resend;
  readonly #settings: SpoolSettings;
  readonly #folder: SpoolFolder;
  readonly #addresses: readonly string[];
  #isKeeping = false;

  constructor(settings: SpoolSettings, connection: ExporterConnection, flushOnExit: boolean) {
    this.#settings = settings;
    this.#folder = new SpoolFolder(settings.dir);
    this.#addresses = addressesOf(connection.config.target.value);
    this.resend = new Resend(this.#folder, connection, flushOnExit);
  }

  /** Where the spans are kept. */
  get dir(): string {
    return this.#settings.dir;
  }

  /** Keeps what `fill` puts into the store and counts, about `expectedBytes`; says what of `pendingSpans` finds no room. */
  keep(pendingSpans: number, expectedBytes: number, fill: (store: RequestStore) => number): number {
    // A span of whoever watches the file system may end while it is written to.
    if (this.#isKeeping) return 0;
    const startMillis = nowMillis();
    if (startMillis - written.atMillis > PAUSE_MILLIS) written.addingMillis = 0;
    if (written.addingMillis > ADDING_MILLIS) return 0;
    this.#isKeeping = true;
    const isAddition = written.files.has(this.#key);
    try {
      const { spans, isFull } = untraced(() => this.#write(expectedBytes, fill));
      if (isFull) sayFull(this.dir, pendingSpans - spans, this.#settings.maxBytes);
      return spans;
    } catch (error) {
      sayUnusable(this.dir, error);
      return 0;
    } finally {
      written.atMillis = nowMillis();
      if (isAddition) written.addingMillis += written.atMillis - startMillis;
      this.#isKeeping = false;
    }
  }

  #write(expectedBytes: number, fill: (store: RequestStore) => number): { spans: number; isFull: boolean } {
    const earlier = this.#earlier();
    let writer: SpoolWriter;
    try {
      writer = new SpoolWriter(this.#folder, this.#addresses, {
        maxBytes: this.#settings.maxBytes,
        expectedBytes,
        earlier,
      });
    } catch (error) {
      earlier?.release();
      throw error;
    }
    const spans = fill(writer);
    writer.close();
    if (writer.failure !== undefined) sayUnusable(this.dir, writer.failure);
    if (spans > 0) this.#remember(writer.base);
    return { spans, isFull: writer.isFull };
  }

  /** The file that this process wrote before, where it may be added to. */
  #earlier(): ClaimedFile | undefined {
    const last = written.files.get(this.#key);
    if (last === undefined) return undefined;
    const entry = this.#folder.whole().find(({ base, sent }) => base === last.base && sent === 0);
    if (entry === undefined || !this.#folder.isFree(entry)) return undefined;
    if (last.additions >= MAX_ADDITIONS && entry.bytes > SMALL_FILE_BYTES) return undefined;
    const file = ClaimedFile.claim(this.#folder, entry);
    try {
      file?.checkNow();
      return file;
    } catch {
      // Who sends it says what is wrong with it.
      file?.release();
      return undefined;
    }
  }

  #remember(base: string): void {
    const last = written.files.get(this.#key);
    written.files.set(this.#key, { base, additions: last?.base === base ? last.additions + 1 : 0 });
  }

  get #key(): string {
    return [this.#settings.dir, ...this.#addresses].join("\n");
  }
}
