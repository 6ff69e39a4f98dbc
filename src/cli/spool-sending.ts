// Sends all of a spool's folder that is meant for one destination, and ends when nothing more can be done.
import { setTimeout as wait } from "node:timers/promises";
import { type DiagnosticCode, errorText, say, sayOnce } from "../diagnostics.ts";
import { spans } from "../delivery/amounts.ts";
import { oneLine } from "../delivery/one-line.ts";
import type { ExporterConnection } from "../exporters/connection.ts";
import { targetWithin } from "../spool/addresses.ts";
import { ClaimedFile } from "../spool/claimed-file.ts";
import { type Claim, claims, type Findings, guarded, setAside } from "../spool/claims.ts";
import { BrokenFile } from "../spool/spool-format.ts";
import type { SpoolEntry, SpoolFolder } from "../spool/spool-folder.ts";
import { asideText } from "../spool/spool-messages.ts";
import { StoredSender } from "../spool/stored-sender.ts";

/** So long a server may take nothing, and another process may get nowhere with the file that it holds. */
const PATIENCE_MILLIS = 15_000;
const LOOK_AGAIN_MILLIS = 200;

/** What is said of single spans: they are lost, or cut. Why nothing is taken is said once, at the end. */
const REMARKS: ReadonlySet<DiagnosticCode> = new Set([
  "PHX303",
  "PHX311",
  "PHX312",
  "PHX313",
  "PHX316",
  "PHX320",
]);

/** One run of the command. */
export class SpoolSending {
  readonly #folder: SpoolFolder;
  readonly #connection: ExporterConnection;
  readonly #senders = new Map<string, StoredSender>();
  readonly #findings: Findings;
  #held: SpoolEntry[] = [];
  /** Why the server takes nothing, and what is left of the file at which it refused. */
  #refusal: { readonly why: string; readonly base: string; readonly spans: number } | undefined;
  /** Files that cannot be read, renamed or removed, and why. */
  #untouchable: string | undefined;
  /** Files that were set aside. */
  setAside = 0;
  /** Files for other destinations, by their addresses. */
  readonly others: Map<string, string[]> = new Map();

  constructor(folder: SpoolFolder, connection: ExporterConnection) {
    this.#folder = folder;
    this.#connection = connection;
    this.#findings = {
      aside: (file, aside, why) => {
        this.setAside++;
        say({ code: "PHX410", message: asideText(folder, file, aside, why) });
      },
      untouchable: (file, error) => {
        this.#untouchable ??= `${oneLine(file)} cannot be read, renamed or removed: ${oneLine(errorText(error))}.`;
      },
      other: (file, addresses) => {
        const key = oneLine(addresses.join(" or "));
        const files = this.others.get(key) ?? [];
        if (!files.includes(oneLine(file))) files.push(oneLine(file));
        this.others.set(key, files);
      },
      held: (entry) => this.#held.push(entry),
    };
  }

  /** Spans that a server took. */
  get sent(): number {
    return this.#sum(({ delivered }) => delivered);
  }

  /** Spans that were given up, which was said. */
  get dropped(): number {
    return this.#sum(({ dropped }) => dropped);
  }

  /** What stays in the folder for this destination, and why; `undefined` when nothing does. */
  get left(): string | undefined {
    const [held] = this.#held;
    if (this.#refusal !== undefined) return `${this.#inFolder()} ${this.#refusal.why}`;
    if (this.#untouchable !== undefined) return this.#untouchable;
    if (held === undefined) return undefined;
    return `${oneLine(held.file)} is held by process ${held.mark?.pid}, which does not get on with it.`;
  }

  /** Sends as long as the server takes something. Throws what listing the folder throws. */
  async run(): Promise<void> {
    this.#folder.sweep();
    let changedMillis = performance.now();
    let before = "";
    for (;;) {
      this.#held = [];
      for (const claim of claims(this.#folder, this.#connection.config.target.value, this.#findings)) {
        if (claim !== undefined && !(await this.#send(claim))) return this.#close();
      }
      // Others send what is missing: each name changes as they get on.
      const held = this.#held.map(({ file }) => file).join();
      if (held !== before) changedMillis = performance.now();
      if (held === "" || performance.now() - changedMillis > PATIENCE_MILLIS) return this.#close();
      before = held;
      await wait(LOOK_AGAIN_MILLIS);
    }
  }

  /** Gives whether the server takes what it is given. */
  async #send({ file, target }: Claim): Promise<boolean> {
    const key = `${target.url} ${target.fallback?.url ?? ""}`;
    const sender =
      this.#senders.get(key) ??
      new StoredSender(this.#connection, target, false, (diagnostic, episode) => {
        if (REMARKS.has(diagnostic.code)) sayOnce(episode, diagnostic);
      });
    this.#senders.set(key, sender);
    try {
      await file.check();
      for (let [request] = file.left; request !== undefined; [request] = file.left) {
        void sender.send(file.content(request));
        if (!(await sender.flush(PATIENCE_MILLIS))) {
          const left = file.left.reduce((sum, each) => sum + each.spans, 0);
          this.#refusal = { why: sender.explanation, base: file.base, spans: left };
          return false;
        }
        file.sent(request);
      }
      file.remove();
    } catch (error) {
      if (error instanceof BrokenFile) {
        guarded(this.#findings, { file: file.name }, () => setAside(file, error.message, this.#findings));
      } else this.#findings.untouchable(file.name, error);
    } finally {
      file.release();
    }
    return true;
  }

  /** How much is in the folder for this destination. */
  #inFolder(): string {
    let files = 0;
    let stored = 0;
    for (const entry of this.#folder.whole()) {
      const look = guarded(this.#findings, entry, () => ClaimedFile.look(this.#folder, entry));
      if (look?.kind !== "whole") continue;
      if (targetWithin(this.#connection.config.target.value, look.header.addresses) === undefined) continue;
      files++;
      stored += entry.base === this.#refusal?.base ? this.#refusal.spans : look.header.spans;
    }
    return `${files === 1 ? "1 file" : `${files} files`} with ${spans(stored)} ${files === 1 ? "stays" : "stay"} in ${oneLine(this.#folder.dir)}:`;
  }

  #close(): void {
    for (const sender of this.#senders.values()) sender.close();
  }

  #sum(count: (sender: StoredSender) => number): number {
    return [...this.#senders.values()].reduce((sum, sender) => sum + count(sender), 0);
  }
}
