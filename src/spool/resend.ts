// Sends what earlier processes left in the folder for the same destination, one file after the other, while the program runs.
import type { Target } from "../config/target.ts";
import { type Timer, within } from "../deadline.ts";
import { say, sayOnce } from "../diagnostics.ts";
import { type Clock, systemClock } from "../delivery/clock.ts";
import type { Report } from "../delivery/delivery-messages.ts";
import type { ExitAnswers } from "../exit/exit-round.ts";
import type { ExporterConnection } from "../exporters/connection.ts";
import { untraced } from "../exporters/wire/untraced.ts";
import { nowMillis } from "../real-time.ts";
import { type Claim, claims, type Findings, guarded, setAside } from "./claims.ts";
import { ExitShare } from "./exit-share.ts";
import { BrokenFile } from "./spool-format.ts";
import type { SpoolFolder } from "./spool-folder.ts";
import { asideText, sayUntouchable, sayUnusable } from "./spool-messages.ts";
import { StoredSender } from "./stored-sender.ts";

/** What other processes left since is looked for so often. */
const AGAIN_MILLIS = 60_000;
/** A file that the server does not take in this time is anybody's again: it may be this process's key that is wrong. */
const PATIENCE_MILLIS = 12_000;
/** And is tried again after this. */
const SOON_MILLIS = 15_000;

/** So many files may be passed over before the program has its turn. */
const FILES_A_TURN = 50;

/** What the process's own delivery says better, or that is no loss: the spans are on disk. */
const UNSAID: ReadonlySet<string> = new Set(["PHX304", "PHX318"]);
const report: Report = (diagnostic, episode) => {
  if (!UNSAID.has(diagnostic.code)) sayOnce(episode, diagnostic);
};

/** The files of a folder that are meant for a connection's destination. No method throws or rejects. */
export class Resend {
  readonly #folder: SpoolFolder;
  readonly #connection: ExporterConnection;
  readonly #flushOnExit: boolean;
  readonly #clock: Clock;
  readonly #findings: Findings;
  readonly #share: ExitShare;
  #pass: Promise<void> | undefined;
  #current: (Claim & { readonly sender: StoredSender }) | undefined;
  /** One for each part of the target that files of this pass are meant for. */
  readonly #senders = new Map<string, StoredSender>();
  #isNew = true;
  #isStopped = false;
  #again: Timer | undefined;
  #delivered = 0;
  /** Whether the server took nothing in the last pass. */
  #isRefused = false;
  /** Told when a request gets under way, or the pass is over. */
  #onMove: (() => void)[] = [];

  /** `clock` is for what is done after a while; requests have the time of any delivery. */
  constructor(
    folder: SpoolFolder,
    connection: ExporterConnection,
    flushOnExit: boolean,
    clock: Clock = systemClock,
  ) {
    this.#clock = clock;
    this.#folder = folder;
    this.#connection = connection;
    this.#flushOnExit = flushOnExit;
    this.#findings = {
      aside: (file, aside, why) => say({ code: "PHX410", message: asideText(folder, file, aside, why) }),
      untouchable: (file, error) => sayUntouchable(folder, file, error),
    };
    this.#share = new ExitShare(folder, connection.config.target.value, this.#findings);
  }

  /** Spans of earlier processes that a server took. */
  get delivered(): number {
    const underWay = [...this.#senders.values()].reduce((sum, { delivered }) => sum + delivered, 0);
    return this.#delivered + underWay + this.#share.delivered;
  }

  /** Whether files are being sent, or were never looked for. */
  get isActive(): boolean {
    return !this.#isStopped && (this.#isNew || this.#pass !== undefined);
  }

  /** Looks for files and sends them, unless that is going on. */
  start(): void {
    if (this.#isStopped || this.#pass !== undefined) return;
    this.#isNew = false;
    this.#again?.clear();
    this.#pass = untraced(() => this.#sendAll())
      .catch((error: unknown) => sayUnusable(this.#folder.dir, error))
      .then(() => this.#rest());
  }

  /** Waits until the files that are there now are sent; as any flush, not for a server that is not there. */
  async flush(timeoutMillis: number): Promise<void> {
    const startMillis = nowMillis();
    const left = (): number => Math.max(0, startMillis + timeoutMillis - nowMillis());
    if (this.#isNew) this.start();
    while (this.#pass !== undefined && !this.#isStopped && left() > 0) {
      const sender = this.#current?.sender;
      if (sender === undefined || sender.pending === 0) {
        await within(left(), new Promise<void>((resolve) => this.#onMove.push(resolve)));
        continue;
      }
      if (!(await sender.flush(left()))) return;
    }
  }

  /** Sends no more and leaves the files to others, in one turn of the event loop. */
  stop(): void {
    this.#isStopped = true;
    this.#again?.clear();
    this.#share.leave();
    this.#current?.file.release();
    this.#closeSenders();
    this.#moved();
  }

  /** Requests that the exit delivers along with the process's own, once. Never throws. */
  takeForExit(): Uint8Array[] {
    if (this.#isStopped) return [];
    return guarded(this.#findings, { file: "" }, () => this.#share.take(this.#current)) ?? [];
  }

  /** The answers to {@link takeForExit}. */
  settleExit(answers: ExitAnswers): void {
    this.#share.settle(answers);
  }

  async #sendAll(): Promise<void> {
    this.#isRefused = false;
    this.#folder.sweep();
    let passed = 0;
    for (const claim of claims(this.#folder, this.#connection.config.target.value, this.#findings)) {
      if (this.#isStopped || this.#isRefused) {
        claim?.file.release();
        return;
      }
      if (claim !== undefined) await this.#sendFile(claim);
      else if (++passed % FILES_A_TURN === 0) await this.#folder.breathe();
    }
  }

  async #sendFile(claim: Claim): Promise<void> {
    const { file } = claim;
    const sender = this.#senderFor(claim.target);
    this.#current = { ...claim, sender };
    try {
      await file.check();
      for (let [request] = file.left; request !== undefined; [request] = file.left) {
        const isSettled = await this.#settled(sender.send(file.content(request)));
        if (this.#isStopped) return;
        this.#isRefused = !isSettled;
        if (this.#isRefused) return;
        file.sent(request);
      }
      file.remove();
    } catch (error) {
      if (error instanceof BrokenFile) {
        guarded(this.#findings, { file: file.name }, () => setAside(file, error.message, this.#findings));
      } else this.#findings.untouchable(file.name, error);
    } finally {
      file.release();
      this.#current = undefined;
    }
  }

  /** Gives whether a request is settled before patience is at its end. Does not hold the process. */
  async #settled(sent: Promise<void>): Promise<boolean> {
    this.#moved();
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(() => resolve(false), PATIENCE_MILLIS);
      void sent.then(() => {
        timer.clear();
        resolve(true);
      });
    });
  }

  #senderFor(target: Target): StoredSender {
    const key = `${target.url} ${target.fallback?.url ?? ""}`;
    const sender =
      this.#senders.get(key) ?? new StoredSender(this.#connection, target, this.#flushOnExit, report);
    this.#senders.set(key, sender);
    return sender;
  }

  #closeSenders(): void {
    for (const sender of this.#senders.values()) {
      this.#delivered += sender.delivered;
      sender.close();
    }
    this.#senders.clear();
  }

  #rest(): void {
    this.#pass = undefined;
    this.#closeSenders();
    this.#moved();
    if (this.#isStopped) return;
    this.#again = this.#clock.setTimer(() => this.start(), this.#isRefused ? SOON_MILLIS : AGAIN_MILLIS);
  }

  #moved(): void {
    for (const resolve of this.#onMove.splice(0)) resolve();
  }
}
