// The spool of one processor: nothing while the option is off, and read when it is first needed where it is on.
import type { SpoolSettings } from "../config/spool-settings.ts";
import { type DeliveryStats, someOf } from "../delivery/counters.ts";
import { setTimer, type Timer } from "../deadline.ts";
import { say } from "../diagnostics.ts";
import type { ExitAnswers } from "../exit/exit-round.ts";
import { type ExitKept, keptOnDisk } from "../exit/exit-report.ts";
import type { ExporterConnection } from "../exporters/connection.ts";
import { LaterPart } from "../parts.ts";
import { Spool } from "../spool/spool.ts";
import { testMode } from "../test-mode.ts";
import type { SpanDelivery } from "./span-delivery.ts";

/** As a processor's flush. */
const FLUSH_TIMEOUT_MILLIS = 10_000;
const NOT_KEPT = "Spans that wait when the process ends are not kept on disk";

/** Keeps what a delivery leaves, and sends what earlier processes left. No method throws or rejects. */
export class ProcessorSpool {
  readonly #connection: ExporterConnection;
  readonly #flushOnExit: boolean;
  readonly #isForeign: boolean;
  #part: LaterPart<Spool> | undefined;
  #spool: Spool | undefined;
  #isStopped = false;
  #start: Timer | undefined;

  /** An exporter of somebody else takes no requests: there is nothing to keep of it, and nothing to send by it. */
  constructor(connection: ExporterConnection, flushOnExit: boolean, isForeign: boolean) {
    this.#connection = connection;
    this.#isForeign = isForeign;
    this.#flushOnExit = flushOnExit;
  }

  /** Decides where the spool is; `undefined` while it is off, as it is where tracing is. */
  use(settings: SpoolSettings | undefined): void {
    if (this.#isForeign || settings === undefined || this.#connection.config.disabled.value) return;
    const make = (): Spool => new Spool(settings, this.#connection, this.#flushOnExit);
    this.#part = new LaterPart(make, NOT_KEPT);
    if (this.#start !== undefined) return;
    // What register() returns first: a provider may still decide otherwise.
    this.#start = setTimer(() => this.#loaded()?.resend.start(), 0);
  }

  /** Whether a natural end has something to wait for. */
  get isResending(): boolean {
    return this.#loaded()?.resend.isActive ?? false;
  }

  /** Spans of earlier processes that were sent. */
  get resentSpans(): number {
    return this.#spool?.resend.delivered ?? 0;
  }

  /** Waits until what is in the folder for this destination is sent; not for a server that is not there. */
  async flush(timeoutMillis: number = FLUSH_TIMEOUT_MILLIS): Promise<void> {
    await this.#loaded()?.resend.flush(timeoutMillis);
  }

  /** Keeps what a delivery holds. Gives how much that was, and where it is now. */
  keep(delivery: SpanDelivery | undefined): ExitKept | undefined {
    if (delivery === undefined || delivery.pendingSpans === 0) return undefined;
    const spool = this.#loaded(true);
    if (spool === undefined) return undefined;
    const { pendingSpans, explanation: reason } = delivery;
    const spans = spool.keep(pendingSpans, delivery.stats().heldBytes, (store) => delivery.keep(store));
    return spans === 0 ? undefined : { spans, folder: spool.dir, reason };
  }

  /** {@link keep} where `shutdown()` is over, with the line that tells it. */
  keepAtShutdown(delivery: SpanDelivery | undefined): void {
    const kept = this.keep(delivery);
    if (kept === undefined) return;
    for (const line of keptOnDisk([kept], "shutdown()")) say(line);
  }

  /** Sends no more of what is in the folder. */
  stop(): void {
    this.#isStopped = true;
    this.#start?.clear();
    this.#spool?.resend.stop();
  }

  /** What the exit delivers along with the process's own spans. */
  takeForExit(): Uint8Array[] {
    return this.#loaded()?.resend.takeForExit() ?? [];
  }

  settleExit(answers: ExitAnswers): void {
    this.#spool?.resend.settleExit(answers);
  }

  /** The counters with those of the spool. */
  withStats(stats: DeliveryStats): DeliveryStats {
    return { ...stats, ...someOf("fromSpool", this.resentSpans) };
  }

  /** The spool, where there is one. `urgent` tries to load it also where that failed just now. */
  #loaded(urgent = false): Spool | undefined {
    if (this.#part === undefined || testMode.isOn) return undefined;
    this.#spool ??= this.#part.get(urgent);
    if (this.#isStopped) this.#spool?.resend.stop();
    return this.#spool;
  }
}
