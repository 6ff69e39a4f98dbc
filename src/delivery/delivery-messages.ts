// What delivery has to say: which line, how often. The texts are in failure-text.ts and here.
import { megabytes, shorten, spans } from "./amounts.ts";
import type { Diagnostic, DiagnosticCode } from "../diagnostics.ts";
import type { Judged } from "./classify.ts";
import type { DropReason } from "./counters.ts";
import type { Timer } from "../deadline.ts";
import type { Clock } from "./clock.ts";
import { describeFailure } from "./failure-text.ts";
import { type DeliveryDescription, endpoint, type Failure } from "./failure-words.ts";
import type { Sender } from "./sender.ts";

/** Prints one diagnostic unless its episode was told already. */
export type Report = (diagnostic: Diagnostic, episode: string) => void;

/** A string value that was shortened so that its span fits into a request. */
export interface Cut {
  /** The attribute's key, or the field's name. */
  readonly key: string;
  /** How long the value was. */
  readonly bytes: number;
}

/** Where messages go, and what they call things. */
export interface MessagesOptions {
  readonly sender: Sender;
  readonly describe: DeliveryDescription;
  readonly report: Report;
  readonly rearm: (episode: string) => void;
  readonly clock: Clock;
}

/** A fault that passes sooner needs no line, and a program that ends sooner says it once, at the end. */
const HOLD_MILLIS = 1_500;

/** Says each thing once per episode. */
export class DeliveryMessages {
  readonly #options: MessagesOptions;
  /** Episodes told and not over yet, and when there was last a reason to tell them. */
  readonly #told = new Map<DiagnosticCode, number>();
  /** Failures that have not lasted long enough to be told. */
  readonly #held = new Map<DiagnosticCode, Timer>();
  /** The latest failure, until a server takes spans again. */
  #failure: Failure | undefined;
  #restoredIsDue = false;

  constructor(options: MessagesOptions) {
    this.#options = options;
  }

  /** Why spans wait, with what to do about it. */
  get explanation(): string {
    if (this.#failure === undefined) {
      const { url, from } = endpoint(this.#options);
      return `${url} (${from}) did not answer in time${this.#projects()}. ${this.#advice()}`;
    }
    return `${this.#failure.happened}${this.#projects()}. ${this.#failure.advice}`;
  }

  /**
   * Delivery failed; `waiting` spans are kept. `hasWorked`: this server took spans before. `isEnding`: the failure is only
   * remembered, as the process ends and will say what is left.
   */
  failed(judged: Judged, waiting: number, hasWorked: boolean, isEnding: boolean): void {
    const { sender, describe, clock } = this.#options;
    const failure = describeFailure(judged, { sender, describe, hasWorked });
    if (failure === undefined) return;
    this.#failure = failure;
    if (isEnding) return;
    this.#restoredIsDue = true;
    const { code, happened, advice } = failure;
    if (this.#told.has(code) || this.#held.has(code)) return;
    const tell = (): void => {
      this.#held.delete(code);
      this.#options.rearm(this.#episode(RESTORED));
      this.#tell(
        code,
        `${happened}; ${waiting === 1 ? "1 span waits" : `${waiting} spans wait`}${this.#projects()}. ${advice}`,
      );
    };
    // A full server takes a few spans now and then, which would put the line off for ever.
    if (code === FULL) tell();
    else this.#held.set(code, clock.setTimer(tell, HOLD_MILLIS));
  }

  /** A server took spans; `waiting` more wait. */
  delivered(waiting: number): void {
    this.#failure = undefined;
    this.#release();
    // A full server takes some and refuses some for minutes: that is one episode, over when all is sent.
    const over = (code: DiagnosticCode): boolean => code !== FULL && OUTAGES.has(code);
    if (this.#restoredIsDue && [...this.#told.keys()].some(over)) {
      const { url } = endpoint(this.#options);
      this.#tell(
        RESTORED,
        `Spans are delivered to ${url} again${waiting === 0 ? "" : `; ${spans(waiting)} more ${waiting === 1 ? "waits" : "wait"}`}.`,
      );
      this.#end(over);
      // Said until the next outage: another processor of this server finds the same.
      this.#told.delete(RESTORED);
    }
    this.#restoredIsDue = false;
    const quietSince = this.#options.clock.now() - QUIET_MILLIS;
    this.#end((code, atMillis) => REMARKS.has(code) && atMillis <= quietSince);
  }

  /** Nothing waits any more. */
  drained(): void {
    this.#end((code) => code === FULL || code === OVERFLOW);
  }

  /** The queue refused a span. */
  overflowed(waiting: number, heldBytes: number): void {
    const why = this.#failure?.happened ?? "spans end faster than they can be sent";
    this.#tell(
      OVERFLOW,
      `The queue is full (${waiting} spans, ${megabytes(heldBytes)}): ${why}. New spans are dropped and counted until there is room. ${this.#advice()}`,
    );
  }

  /** The queue refused a span that it could not hold if it were empty. */
  overQueue(name: string, bytes: number, maxBytes: number): void {
    this.#tell(
      OVERFLOW,
      `Span "${shorten(name)}" is ${megabytes(bytes)}, more than the whole queue holds (${megabytes(maxBytes)}). It is dropped and counted, the others are kept; provider.stats() has the count. Raise maxQueueBytes.`,
    );
  }

  /** A span was cut to a number of bytes, or because the server hung up on it. */
  cut(name: string, bytes: number, limit: number | "reset", cuts: readonly Cut[]): void {
    const { url, from } = endpoint(this.#options);
    const why =
      limit === "reset"
        ? `and ${url} (${from}) cuts the connection each time it is sent while others are taken`
        : `over the ${megabytes(limit)} request limit`;
    const what = cuts.slice(0, 3).map(({ key, bytes }) => `${key} (${megabytes(bytes)})`);
    if (cuts.length > 3) what.push(`${cuts.length - 3} more`);
    this.#tell(
      "PHX303",
      `Span "${shorten(name)}" is ${megabytes(bytes)}, ${why}; ${what.join(", ")} ${what.length === 1 ? "was" : "were"} cut. Set maxValueLength, or captureInput: false on the wrapper, to choose what is recorded.`,
    );
  }

  /** A server refused a request for its size. */
  splitLearned(bytes: number, limitBytes: number): void {
    const { url, from } = endpoint(this.#options);
    this.#tell(
      "PHX311",
      `${url} (${from}) refused a request of ${megabytes(bytes)} as too large; requests are at most ${megabytes(limitBytes)} from now on. Nothing is lost.`,
    );
  }

  /** A server refused spans for good. */
  dropped(name: string, reason: Extract<DropReason, "rejected" | "too_large">, text: string): void {
    const { url, from } = endpoint(this.#options);
    const said = text === "" ? "" : `: "${shorten(text)}"`;
    this.#tell(
      reason === "rejected" ? "PHX312" : "PHX316",
      `${url} (${from}) ${reason === "rejected" ? "refuses" : "finds too large"} span "${shorten(name)}"${said}. The span is dropped and counted, the others are delivered; provider.stats() has the count.`,
    );
  }

  /** A server took a request, or part of it, with a remark. */
  partial(rejectedSpans: number, text: string): void {
    const { url, from } = endpoint(this.#options);
    const said = text === "" ? "without saying why" : `"${shorten(text)}"`;
    this.#tell(
      "PHX313",
      rejectedSpans === 0
        ? `${url} (${from}) took all spans with a remark: ${said}.`
        : `${url} (${from}) took a request but not ${spans(rejectedSpans)} in it: ${said}. They are dropped and counted; provider.stats() has the count.`,
    );
  }

  /** A span could not be read. */
  unreadable(name: string, why: string): void {
    this.#tell(
      "PHX320",
      `Span "${shorten(name)}" cannot be read: ${shorten(why)}. It is dropped and counted, the others are delivered; provider.stats() has the count. Look at the code that made this span.`,
    );
  }

  /** A span ended after `shutdown()`. */
  afterShutdown(): void {
    this.#tell(
      "PHX315",
      "A span ended after shutdown() and is dropped, as all later ones are. Call shutdown() when the last span has ended.",
    );
  }

  /** Spans are kept beyond the process: whoever keeps them says why. */
  kept(): void {
    this.#release();
  }

  /** `shutdown()` is over and spans are left. */
  leftBehind(count: number): void {
    this.#release();
    const lost = `${spans(count)} ${count === 1 ? "was" : "were"} not delivered before shutdown() ended`;
    this.#tell("PHX318", `${lost}: ${this.explanation}`);
  }

  /** What is held back is never told: it is over, or another line says it. */
  #release(): void {
    for (const timer of this.#held.values()) timer.clear();
    this.#held.clear();
  }

  #advice(): string {
    return endpoint(this.#options).advice;
  }

  /** Whose spans these are, where they are those of several projects. */
  #projects(): string {
    const names = this.#options.describe.projects?.() ?? [];
    if (names.length === 0) return "";
    const shown = names.slice(0, 5).map((name) => JSON.stringify(name));
    const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
    return ` (${names.length === 1 ? "project" : "projects"} ${shown.join(", ")}${more})`;
  }

  #tell(code: DiagnosticCode, message: string): void {
    const isTold = this.#told.has(code);
    this.#told.set(code, this.#options.clock.now());
    if (isTold) return;
    this.#options.report({ code, message }, this.#episode(code));
  }

  #end(isOver: (code: DiagnosticCode, atMillis: number) => boolean): void {
    for (const [code, atMillis] of this.#told) {
      if (!isOver(code, atMillis)) continue;
      this.#told.delete(code);
      this.#options.rearm(this.#episode(code));
    }
  }

  /** Two processors that send to one server share its episodes; different servers do not. */
  #episode(code: DiagnosticCode): string {
    return `${code} ${this.#options.sender.url}`;
  }
}

const RESTORED = "PHX304";
const FULL = "PHX310";
const OVERFLOW = "PHX314";
/** What is over when a server takes spans again. */
const OUTAGES: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  "PHX301",
  "PHX302",
  "PHX305",
  "PHX306",
  "PHX307",
  "PHX308",
  "PHX309",
  FULL,
  "PHX317",
  "PHX319",
  "PHX321",
  "PHX324",
  "PHX325",
]);

/** What is told of a single span or request: over when a server took spans for a minute without it. */
const REMARKS: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  "PHX303",
  "PHX311",
  "PHX312",
  "PHX313",
  "PHX316",
  "PHX320",
]);
const QUIET_MILLIS = 60_000;
