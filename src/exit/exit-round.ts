// The requests of one exit round: what was answered, which go again, and when.
import { judge, type Judged } from "../delivery/classify.ts";
import type { Answer } from "../delivery/sender.ts";
import { isUnreachable } from "../exporters/wire/is-unreachable.ts";
import type { ExitPolicy } from "./exit-budget.ts";
import type { ExitRequest } from "./worker/messages.ts";

/** The last answer of each request of a job, and what it means; `undefined` where none came in time. */
export type ExitAnswers = readonly (Judged | undefined)[];

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
  constructor(sizes: readonly number[], policy: ExitPolicy, afterDoubts: boolean) {
    const maxDoubts = afterDoubts ? policy.maxDoubtsAgain : policy.maxDoubts;
    this.answers = sizes.map((size) => Array.from({ length: size }, () => undefined));
    this.#tries = sizes.map((size) => Array.from({ length: size }, () => new Try(policy, maxDoubts)));
    this.#underWay = sizes.reduce((sum, size) => sum + size, 0);
  }

  /** A request was answered: it is settled, or pauses and goes again. */
  answered({ job, request }: ExitRequest, answer: Answer, nowMillis: number): void {
    const judged = judge(answer);
    this.#underWay--;
    this.answers[job]![request] = judged;
    const pauseMillis = this.#tries[job]![request]!.pauseAfter(judged);
    if (pauseMillis !== undefined) this.#pausing.push({ job, request, dueMillis: nowMillis + pauseMillis });
    else if (judged.verdict.action === "ack") this.accepted++;
  }

  /** The requests of a job were not sent at all. */
  withdraw(job: number): void {
    this.#underWay -= this.answers[job]!.length;
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
    return due.map(({ job, request }) => ({ job, request }));
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
  readonly #policy: ExitPolicy;
  readonly #maxDoubts: number;
  #pauseMillis: number;
  #cuts = 0;
  #doubts = 0;

  constructor(policy: ExitPolicy, maxDoubts: number) {
    this.#policy = policy;
    this.#maxDoubts = maxDoubts;
    this.#pauseMillis = policy.firstPauseMillis;
  }

  get isDoubted(): boolean {
    return this.#doubts > this.#maxDoubts;
  }

  /** How long to wait before the request goes again as it is; `undefined` when that would not help. */
  pauseAfter({ answer, verdict }: Judged): number | undefined {
    if (verdict.action !== "retry") return undefined;
    if (isUnreachable(answer)) return ++this.#cuts > this.#policy.maxCuts ? undefined : 0;
    if (verdict.doubtful) this.#doubts++;
    if (this.isDoubted) return undefined;
    const pauseMillis = Math.max(this.#pauseMillis, verdict.retryAfterMillis ?? 0);
    this.#pauseMillis = Math.min(this.#pauseMillis * 2, this.#policy.maxPauseMillis);
    return pauseMillis;
  }
}
