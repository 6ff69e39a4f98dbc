// What of the spool goes along when the exit delivers the process's own spans: not much, as it is on disk anyhow.
import type { Target } from "../config/target.ts";
import type { ExitAnswers } from "../exit/exit-round.ts";
import { BrokenFile, type StoredRequest } from "./spool-format.ts";
import type { SpoolFolder } from "./spool-folder.ts";
import { type Claim, claims, type Findings, guarded, setAside } from "./claims.ts";
import type { ClaimedFile } from "./claimed-file.ts";

const MOST_BYTES = 4 * 1024 * 1024;

/** The requests that go along, once. */
export class ExitShare {
  readonly #folder: SpoolFolder;
  readonly #target: Target;
  readonly #findings: Findings;
  readonly #files: ClaimedFile[] = [];
  #taken: { readonly file: ClaimedFile; readonly request: StoredRequest }[] = [];
  #leftBytes = MOST_BYTES;
  #hasTaken = false;
  /** Spans that a server took. */
  delivered = 0;

  constructor(folder: SpoolFolder, target: Target, findings: Findings) {
    this.#folder = folder;
    this.#target = target;
    this.#findings = findings;
  }

  /** Requests of the file that is being sent, and of small ones besides. May throw; what it took is settled then as well. */
  take(current: Claim | undefined): Uint8Array[] {
    if (this.#hasTaken) return [];
    this.#hasTaken = true;
    if (current?.target === this.#target) this.#add(current.file);
    for (const claim of claims(this.#folder, this.#target, this.#findings)) {
      if (claim !== undefined) this.#addNew(claim);
      if (this.#leftBytes <= 0) break;
    }
    return this.#taken.map(({ file, request }) => file.content(request));
  }

  /** The answers in the order of the requests: a file goes on behind those that were taken. */
  settle(answers: ExitAnswers): void {
    const halted = new Set<ClaimedFile>();
    for (const [index, { file, request }] of this.#taken.entries()) {
      const verdict = answers[index]?.verdict;
      if (verdict?.action !== "ack") halted.add(file);
      if (verdict?.action !== "ack" || halted.has(file)) continue;
      this.delivered += request.spans - Math.min(request.spans, verdict.rejectedSpans);
      guarded(this.#findings, { file: file.name }, () => {
        file.sent(request);
        if (file.isDone) file.remove();
      });
    }
    this.#taken = [];
    this.leave();
  }

  /** Leaves the files that are not done to others. */
  leave(): void {
    for (const file of this.#files.splice(0)) file.release();
  }

  #addNew({ file, target }: Claim): void {
    this.#files.push(file);
    // By the routes of the whole target goes only what is meant for all of it; and a large file takes too long to check.
    if (target !== this.#target || file.bytes > this.#leftBytes) return;
    try {
      file.checkNow();
      this.#add(file);
    } catch (error) {
      if (error instanceof BrokenFile) setAside(file, error.message, this.#findings);
      else this.#findings.untouchable(file.name, error);
    }
  }

  #add(file: ClaimedFile): void {
    for (const request of file.left) {
      if (request.length > this.#leftBytes) return;
      this.#leftBytes -= request.length;
      this.#taken.push({ file, request });
    }
  }
}
