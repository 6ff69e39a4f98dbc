// The requests of one exit round: what was answered, which go again, and when.
import type { Answer } from "../delivery/sender.ts";
import { judge, type Judged } from "../delivery/classify.ts";
import { isUnreachable } from "../exporters/wire/is-unreachable.ts";

/** The last answer of each request of a job, judged; `undefined` where none came in time. */
export type ExitAnswers = readonly (Judged | undefined)[];

/** A request by its place: which job, and which request of it. */
export interface ExitRequest {
  readonly job: number;
  readonly request: number;
}

const FIRST_PAUSE_MILLIS = 50;
const MAX_PAUSE_MILLIS = 400;
/** A connection that was cut is made once more. */
const MAX_CUTS = 1;
/** An answer that a broken span may cause is not waited out, and the less once the request is part of one that had it. */
const MAX_DOUBTS = 4;
const MAX_DOUBTS_AGAIN = 1;

/** Keeps the answers of a round, and does with each what delivery would, in the time an exit has. */
export class ExitRound {
  readonly answers: (Judged | undefined)[][];
  /** How many requests a server took. */
  accepted = 0;
  readonly #tries: Try[][];
  readonly #pausing: (ExitRequest & { readonly dueMillis: number })[] = [];
  #underWay: number;

  /**
   * `sizes` are the numbers of requests of each job; all of them are under way. `afterDoubts` says that they are parts
   * of those of a round that {@link hadDoubts}.
   */
  constructor(sizes: readonly number[], afterDoubts: boolean) {
    const maxDoubts = afterDoubts ? MAX_DOUBTS_AGAIN : MAX_DOUBTS;
    this.answers = sizes.map((size) => Array.from({ length: size }, () => undefined));
    this.#tries = sizes.map((size) => Array.from({ length: size }, () => new Try(maxDoubts)));
    this.#underWay = sizes.reduce((sum, size) => sum + size, 0);
  }

  /** A request was answered: it is settled, or pauses and goes again. */
  answered({ job, request }: ExitRequest, answer: Answer, nowMillis: number): void {
    this.#underWay--;
    const judged = judge(answer);
    this.answers[job]![request] = judged;
    const pauseMillis = this.#tries[job]![request]!.pauseAfter(judged);
    if (pauseMillis !== undefined) this.#pausing.push({ job, request, dueMillis: nowMillis + pauseMillis });
    else if (judged.verdict.action === "ack") this.accepted++;
  }

  /** Whether a request was given up that a broken span may have failed. */
  get hadDoubts(): boolean {
    return this.#tries.flat().some((each) => each.isDoubted);
  }

  /** Takes the requests whose pause is over; they are under way. */
  takeDue(nowMillis: number): ExitRequest[] {
    const due = this.#pausing.filter(({ dueMillis }) => dueMillis <= nowMillis);
    for (const each of due) this.#pausing.splice(this.#pausing.indexOf(each), 1);
    this.#underWay += due.length;
    return due;
  }

  /** When the next pause is over. */
  get nextDueMillis(): number {
    return Math.min(...this.#pausing.map(({ dueMillis }) => dueMillis));
  }

  /** Whether nothing can happen before `endMillis` any more. */
  isOver(endMillis: number): boolean {
    return this.#underWay === 0 && this.nextDueMillis >= endMillis;
  }
}

/** What one request has been through. */
class Try {
  readonly #maxDoubts: number;
  #pauseMillis = FIRST_PAUSE_MILLIS;
  #cuts = 0;
  #doubts = 0;

  constructor(maxDoubts: number) {
    this.#maxDoubts = maxDoubts;
  }

  get isDoubted(): boolean {
    return this.#doubts > this.#maxDoubts;
  }

  /** How long to wait before the request goes again as it is; `undefined` when that would not help. */
  pauseAfter({ answer, verdict }: Judged): number | undefined {
    if (verdict.action !== "retry") return undefined;
    if (isUnreachable(answer)) return ++this.#cuts > MAX_CUTS ? undefined : 0;
    if (verdict.doubtful) this.#doubts++;
    if (this.isDoubted) return undefined;
    const pauseMillis = Math.max(this.#pauseMillis, verdict.retryAfterMillis ?? 0);
    this.#pauseMillis = Math.min(this.#pauseMillis * 2, MAX_PAUSE_MILLIS);
    return pauseMillis;
  }
}
