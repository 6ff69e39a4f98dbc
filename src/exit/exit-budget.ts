// How long the end of a process may be held, and everything else about it that is a number.
import { nowMillis } from "../real-time.ts";

/** Every bound of the end. */
export interface ExitPolicy {
  /** The end is held so long while nothing gets through, and on while something does. */
  readonly idleMillis: number;
  /** The same with servers that are known to be away. */
  readonly awayMillis: number;
  /** However well it goes, the end is not held longer. */
  readonly totalMillis: number;
  /** A natural end waits so long of `idleMillis`; the rest is for the worker, which may find another way. */
  readonly naturalMillis: number;
  /** Starting a worker takes 40 ms, or much more on a busy machine: so long may it take, and so much is left then, `idleMillis` at most. */
  readonly workerStartMillis: number;
  /** A route may take so long to be reached while another one is left, and a third of the round at most. */
  readonly reachMillis: number;
  /** Enough to halve 8 MiB down to single spans. */
  readonly maxRounds: number;
  /** Requests of one source that are under way at a time. */
  readonly lanes: number;
  /** The pause before a request goes again: doubling, from the first to the longest. */
  readonly firstPauseMillis: number;
  readonly maxPauseMillis: number;
  /** A connection that was cut is made so often again. */
  readonly maxCuts: number;
  /** An answer that a broken span may cause is taken so often; and once the request is part of one that had more. */
  readonly maxDoubts: number;
  readonly maxDoubtsAgain: number;
}

/** The bounds of every process. */
export const EXIT_POLICY: ExitPolicy = {
  idleMillis: 2_000,
  awayMillis: 500,
  totalMillis: 10_000,
  naturalMillis: 1_500,
  workerStartMillis: 1_000,
  reachMillis: 1_000,
  maxRounds: 12,
  lanes: 8,
  firstPauseMillis: 50,
  maxPauseMillis: 400,
  maxCuts: 1,
  maxDoubts: 4,
  maxDoubtsAgain: 1,
};

/**
 * The bounds where a signal ends the process: some supervisors send SIGKILL 1.6 s later (PM2), and what stays behind is to be
 * said by then.
 */
const SIGNAL_POLICY: ExitPolicy = {
  ...EXIT_POLICY,
  idleMillis: 1_200,
  naturalMillis: 1_000,
  workerStartMillis: 2_000,
};

/** How long one round may hold the end. */
export interface RoundBound {
  /** While no request is accepted. */
  readonly idleMillis: number;
  /** However well it goes. */
  readonly totalMillis: number;
  /** Whether a machine too busy to start the worker in time gets some more. */
  readonly isPatient: boolean;
}

/** The time that is left of one end. */
export class ExitBudget {
  readonly #policy: ExitPolicy;
  #isHurried = false;
  /** The time in milliseconds; only differences count. */
  readonly now: () => number;
  /** How long the end was held altogether, and how long in vain since something got through. */
  #heldMillis = 0;
  #vainMillis = 0;

  constructor(now: () => number = nowMillis, policy: ExitPolicy = EXIT_POLICY) {
    this.now = now;
    this.#policy = policy;
  }

  get policy(): ExitPolicy {
    return this.#isHurried ? SIGNAL_POLICY : this.#policy;
  }

  /** From now on the bounds are those of a signal. */
  hurry(): void {
    this.#isHurried = true;
  }

  /** How long waiting for sources that send by themselves may take now; 0 when the time is over. */
  get waitMillis(): number {
    return Math.min(this.policy.naturalMillis, this.#totalMillis);
  }

  /** Whether there is no time for another round. */
  get isSpent(): boolean {
    return this.#idleMillis <= 0;
  }

  /** What a round gets; with servers that are known to be away, the worker's start is part of it. */
  round(areAway: boolean): RoundBound {
    const idleMillis = areAway ? Math.min(this.policy.awayMillis, this.#idleMillis) : this.#idleMillis;
    return { idleMillis, totalMillis: this.#totalMillis, isPatient: !areAway };
  }

  /** A round held the end since then; `helped` says that something got through. */
  held(sinceMillis: number, helped: boolean): void {
    const millis = this.now() - sinceMillis;
    this.#heldMillis += millis;
    this.#vainMillis = helped ? 0 : this.#vainMillis + millis;
  }

  /** The same of waiting, which leaves the worker what it leaves at a natural end: it may find another way. */
  waited(sinceMillis: number, helped: boolean): void {
    const before = this.#vainMillis;
    this.held(sinceMillis, helped);
    if (!helped) this.#vainMillis = Math.max(before, Math.min(this.#vainMillis, this.policy.naturalMillis));
  }

  /** For a process that goes on, and may come to another end. */
  renew(): void {
    this.#heldMillis = 0;
    this.#vainMillis = 0;
    this.#isHurried = false;
  }

  get #totalMillis(): number {
    return Math.max(0, this.policy.totalMillis - this.#heldMillis);
  }

  get #idleMillis(): number {
    return Math.min(this.policy.idleMillis - this.#vainMillis, this.#totalMillis);
  }
}
