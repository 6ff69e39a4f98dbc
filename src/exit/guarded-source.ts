// One source at the end of the process. Whatever it does, it harms no other.
import type { Judged } from "../delivery/classify.ts";
import type { ExitKept, ExitLoss } from "./exit-report.ts";
import type { ExitAnswers } from "./exit-round.ts";
import type { ExitCargo, ExitSource } from "./exit-sources.ts";

/** A source whose errors are its own, and what its end has shown so far. No method throws or rejects. */
export class GuardedSource {
  readonly #source: ExitSource;
  #pendingSpans = 0;
  #failure: string | undefined;
  #isHelpless = false;
  /** The status with which a server refused requests that lacked what a function gives. */
  #refusal: string | undefined;

  constructor(source: ExitSource) {
    this.#source = source;
  }

  /** Spans that no server has taken yet; the last number known of a source that cannot be asked. */
  get pendingSpans(): number {
    this.#pendingSpans = this.#try(() => this.#source.pendingSpans()) ?? this.#pendingSpans;
    return this.#pendingSpans;
  }

  /** Spans that were taken, or given up, so far. */
  get settledSpans(): number {
    return this.#try(() => this.#source.settledSpans()) ?? 0;
  }

  /** Whether it sends what earlier processes left. */
  get isResending(): boolean {
    return this.#try(() => this.#source.isResending?.()) ?? false;
  }

  /** Has what is pending kept; gives where it is, and why it was pending. */
  keep(): ExitKept | undefined {
    const reason = this.pendingSpans === 0 ? "" : this.#explain();
    const kept = this.#try(() => this.#source.keep?.());
    return kept && { ...kept, reason };
  }

  /** Whether no worker can help: with an exporter of somebody else, or refused for want of a key. */
  get isHelpless(): boolean {
    return this.#isHelpless;
  }

  /** What stayed behind, and why; a source that failed may not know how much it is. */
  get loss(): ExitLoss | undefined {
    const spans = this.pendingSpans;
    const reason = spans === 0 ? "" : this.#explain();
    if (this.#failure !== undefined) {
      const why = `the exit flush failed (${this.#failure}). Report this as a bug of phoenix-otel.`;
      return { spans, reason: spans === 0 ? flushFailed(this.#failure) : why };
    }
    return spans === 0 ? undefined : { spans, reason };
  }

  /** Waits as the source does. */
  async flush(timeoutMillis: number): Promise<void> {
    try {
      await this.#source.flush(timeoutMillis);
    } catch {
      // What is pending still goes by the worker.
    }
  }

  /** What is pending, to be followed by {@link settle}; nothing from a source that failed. */
  take(): ExitCargo | undefined {
    if (this.#failure !== undefined || this.pendingSpans === 0) return undefined;
    return this.#try(() => this.#source.takeForExit());
  }

  /** Gives the answers back, and whether taking again would help at once. */
  settle(cargo: ExitCargo, answers: ExitAnswers): boolean {
    this.#refusal = keyRefusal(cargo, answers);
    this.#isHelpless = this.#refusal !== undefined || cargo.routes.length === 0;
    return this.#try(() => this.#source.settleExit(answers)) ?? false;
  }

  /** What it gave could not be sent. */
  fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error.name : "unknown error";
  }

  /** For a process that goes on: what failed is tried again. */
  renew(): void {
    this.#failure = undefined;
  }

  #explain(): string {
    if (this.#refusal === undefined) return this.#try(() => this.#source.explainPending()) ?? "";
    return `the function given for apiKey or headers had given nothing yet, and without it Phoenix answered ${this.#refusal}. Await provider.forceFlush() before the end.`;
  }

  #try<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }
}

/** What to say where the exit flush itself is at fault. */
export const flushFailed = (errorName: string): string =>
  `The exit flush failed (${errorName}); spans may not have been delivered. Report this as a bug of phoenix-otel.`;

const refusesKey = ({ verdict }: Judged): boolean =>
  verdict.action === "block" && verdict.reason === "credentials";

/** With what status requests were refused that lack what a function gives. */
function keyRefusal({ routes }: ExitCargo, answers: ExitAnswers): string | undefined {
  if (!routes.some(({ lacksHeaders }) => lacksHeaders)) return undefined;
  const refusal = answers.find((judged) => judged !== undefined && refusesKey(judged))?.answer;
  if (refusal?.kind === "http") return String(refusal.status);
  return refusal?.kind === "grpc" ? `gRPC status ${refusal.code}` : undefined;
}
