// Sends requests that were stored, by the same delivery as the spans of this process: patient, and span by span where need be.
import { describeSettings } from "../config/describe-settings.ts";
import type { Target } from "../config/target.ts";
import { Delivery } from "../delivery/delivery.ts";
import type { Report } from "../delivery/delivery-messages.ts";
import type { ExporterConnection } from "../exporters/connection.ts";
import type { EncodedSpan } from "../otlp/encode-span.ts";
import { releaseSpan } from "../otlp/encode-span.ts";
import { createRequestJoiner } from "../otlp/join-request.ts";
import { shortenSpan } from "../otlp/shorten-span.ts";
import { splitRequest } from "../otlp/split-request.ts";
import type { Answer, Sender } from "../delivery/sender.ts";

/** Sends one stored request at a time. */
export class StoredSender {
  readonly #delivery: Delivery<EncodedSpan>;
  readonly #gate: Gate;
  #isChecking = false;
  #onSettled: (() => void) | undefined;

  constructor(connection: ExporterConnection, target: Target, flushOnExit: boolean, report: Report) {
    this.#gate = new Gate(connection.createSender(flushOnExit, target));
    this.#delivery = new Delivery<EncodedSpan>({
      sender: this.#gate,
      join: createRequestJoiner(),
      shrink: shortenSpan,
      discard: (span) => {
        releaseSpan(span);
        this.#checkSoon();
      },
      describe: describeSettings(connection.config),
      attemptTimeoutMillis: connection.timeoutMillis,
      // A request is there as a whole, and was in a queue before.
      delayMillis: 0,
      maxQueueBytes: Infinity,
      report,
    });
  }

  /** Spans that a server took. */
  get delivered(): number {
    return this.#delivery.stats().delivered;
  }

  /** Spans that were given up; what {@link close} left is not. */
  get dropped(): number {
    const { shutdown: _, ...lost } = this.#delivery.stats().dropped;
    return Object.values(lost).reduce((sum, count) => sum + count, 0);
  }

  /** Spans that are not settled. */
  get pending(): number {
    const { queued, inFlight } = this.#delivery.stats();
    return queued + inFlight;
  }

  /** Why spans are pending. */
  get explanation(): string {
    return this.#delivery.explanation;
  }

  /** Resolves when every span of the request is taken or given up, however long that takes. Throws when it cannot be read. */
  send(request: Buffer): Promise<void> {
    const spans = splitRequest(request);
    return new Promise((resolve) => {
      this.#onSettled = resolve;
      for (const span of spans) this.#delivery.add(span);
    });
  }

  /** Waits for the request that is under way as any flush does, not for a server that is not there; gives whether it is settled. */
  async flush(timeoutMillis: number): Promise<boolean> {
    return (await this.#delivery.flush(timeoutMillis)).pending === 0;
  }

  /** Gives up what is under way, which ends its {@link send}, and closes the connection. */
  close(): void {
    this.#gate.isShut = true;
    void this.#delivery.shutdown(0);
    this.#settled();
  }

  /** Once for all spans that are settled at a time. */
  #checkSoon(): void {
    if (this.#isChecking) return;
    this.#isChecking = true;
    queueMicrotask(() => {
      this.#isChecking = false;
      if (this.pending === 0) this.#settled();
    });
  }

  #settled(): void {
    const settled = this.#onSettled;
    this.#onSettled = undefined;
    settled?.();
  }
}

/** A sender that sends nothing any more once it is shut. */
class Gate implements Sender {
  readonly #sender: Sender;
  isShut = false;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  get url(): string {
    return this.#sender.url;
  }

  get maxRequestBytes(): number {
    return this.#sender.maxRequestBytes;
  }

  send(request: Uint8Array, timeoutMillis: number): Answer | Promise<Answer> {
    if (this.isShut) return { kind: "network", code: undefined, message: "nothing is sent any more" };
    return this.#sender.send(request, timeoutMillis);
  }

  close(): void {
    this.#sender.close();
  }
}
