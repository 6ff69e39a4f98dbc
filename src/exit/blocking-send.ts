// Delivers requests while this thread can do nothing but wait: a worker sends.
import type { ExitRoute } from "../exporters/exit-route.ts";
import type { ExitBudget, RoundBound } from "./exit-budget.ts";
import { type ExitAnswers, ExitRound } from "./exit-round.ts";
import { RoundDeadline } from "./round-deadline.ts";
import type { SendAgain, StartJob, WorkerAnswer } from "./worker/messages.ts";

/** Requests and the routes they may take. */
export interface ExitJob {
  readonly routes: readonly ExitRoute[];
  readonly requests: readonly Uint8Array[];
}

/** What a round achieved. */
export interface ExitResult {
  /** Of each job. */
  readonly answers: readonly ExitAnswers[];
  /** How many requests were taken. */
  readonly accepted: number;
  /** Why nothing of a job could be sent, by its place. */
  readonly failures: ReadonlyMap<number, unknown>;
}

/** A worker that sends, as a thread sees it that only waits. */
export interface ExitChannel {
  /** How often the worker was heard: once when it has started, and once for each message. */
  readonly events: number;
  /** Throws when the job cannot be copied into the worker. */
  start(job: StartJob): void;
  sendAgain(message: SendAgain): void;
  /** The next message that is there. */
  read(): WorkerAnswer | undefined;
  /** Blocks until there were more than so many `events`, or the time is over. */
  wait(events: number, millis: number): void;
  /** The same while the event loop runs, which is kept alive. */
  waitRunning(events: number, millis: number): Promise<void>;
  stop(): void;
}

/** A point at which a delivery can only wait: until there were more than so many events, or the time is over. */
export interface Pause {
  readonly events: number;
  readonly millis: number;
}

/** Sends by a worker, and waits for it in one turn of the event loop, or in several. */
export class BlockingSend {
  readonly #channel: ExitChannel;
  readonly #budget: Pick<ExitBudget, "now" | "policy">;
  #hasStarted = false;
  /** Whether the last round gave a request up that a broken span may have failed. */
  #hadDoubts = false;
  #number = 0;

  constructor(channel: ExitChannel, budget: Pick<ExitBudget, "now" | "policy">) {
    this.#channel = channel;
    this.#budget = budget;
  }

  /** Blocks while the worker sends, until every request is settled or the bound is reached. */
  deliver(jobs: readonly ExitJob[], bound: RoundBound): ExitResult {
    const steps = this.delivering(jobs, bound);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      this.wait(step.value);
    }
  }

  /** {@link deliver} in steps; whoever takes them waits in between, for the time of the pause or less. */
  *delivering(jobs: readonly ExitJob[], bound: RoundBound): Generator<Pause, ExitResult, void> {
    const channel = this.#channel;
    const startMillis = this.#budget.now();
    const { workerStartMillis } = this.#budget.policy;
    const deadline = new RoundDeadline(bound, startMillis, this.#hasStarted ? 0 : workerStartMillis);
    const { round, failures } = this.#start(jobs, bound);
    for (;;) {
      const seen = channel.events;
      const nowMillis = this.#budget.now();
      if (!this.#hasStarted && seen > 0) {
        this.#hasStarted = true;
        deadline.workerStarted(nowMillis);
      }
      const { accepted } = round;
      this.#readInto(round, nowMillis);
      if (round.accepted > accepted) deadline.accepted(nowMillis);
      for (const due of round.takeDue(nowMillis)) channel.sendAgain({ round: this.#number, ...due });
      const { endMillis } = deadline;
      if (nowMillis >= endMillis || round.isOver(endMillis)) {
        this.#hadDoubts = round.hadDoubts;
        return { answers: round.answers, accepted: round.accepted, failures };
      }
      yield { events: seen, millis: Math.min(endMillis, round.nextDueMillis) - nowMillis };
    }
  }

  /** Blocks for a pause. */
  wait({ events, millis }: Pause): void {
    this.#channel.wait(events, millis);
  }

  /** Waits for a pause while the event loop runs. */
  async waitRunning({ events, millis }: Pause): Promise<void> {
    await this.#channel.waitRunning(events, millis);
  }

  /** Ends the worker, for a process that goes on. */
  stop(): void {
    this.#channel.stop();
  }

  #start(
    jobs: readonly ExitJob[],
    { idleMillis }: RoundBound,
  ): { round: ExitRound; failures: Map<number, unknown> } {
    const { policy } = this.#budget;
    const sizes = jobs.map(({ requests }) => requests.length);
    const round = new ExitRound(sizes, policy, this.#hadDoubts);
    const failures = new Map<number, unknown>();
    const reachMillis = Math.min(policy.reachMillis, idleMillis / 3);
    this.#number++;
    for (const [job, { routes, requests }] of jobs.entries()) {
      try {
        this.#channel.start({ round: this.#number, job, routes, requests, reachMillis, lanes: policy.lanes });
      } catch (error) {
        round.withdraw(job);
        failures.set(job, error);
      }
    }
    return { round, failures };
  }

  /** Takes the messages that are there. */
  #readInto(round: ExitRound, nowMillis: number): void {
    for (;;) {
      const message = this.#channel.read();
      if (message === undefined) return;
      // A round that ran out of time may still be going on.
      if (message.round === this.#number) round.answered(message, message.answer, nowMillis);
    }
  }
}
