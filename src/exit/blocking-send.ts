// Delivers requests while this thread can do nothing but wait: a worker sends, Atomics.wait waits.
import type * as workerThreads from "node:worker_threads";
import type { Answer } from "../delivery/sender.ts";
import type { ExitRoute } from "../exporters/exit-route.ts";
import { type ExitAnswers, ExitRound } from "./exit-round.ts";
import { EXIT_WORKER_SOURCE, type ExitRoundStart, type ExitWorkerAnswer } from "./exit-worker.ts";
import { refusedAnswer, takenAnswer } from "../exporters/grpc/grpc-answer.ts";
import { httpAnswer } from "../exporters/http/http-answer.ts";
import { parseRetryAfter } from "../exporters/http/retry-after.ts";

/** Requests and the routes they may take. */
export interface ExitJob {
  routes: readonly ExitRoute[];
  requests: readonly Uint8Array[];
}

/** How long a round may hold the end of the process. */
export interface ExitBound {
  /** While no request is accepted. */
  readonly idleMillis: number;
  /** However well it goes. */
  readonly totalMillis: number;
  /** Whether a machine too busy to start the worker in time gets some more. */
  readonly isPatient: boolean;
}

/** Starting a worker takes 40 ms, or much more on a busy machine: so long may it take, and so much is left then. */
const BUSY_MILLIS = 1_000;

/** What a round achieved. */
export interface ExitResult {
  readonly answers: readonly ExitAnswers[];
  /** How many requests were taken. */
  readonly accepted: number;
}

/** A worker thread that sends, and the way to wait for it without returning to the event loop. */
export class BlockingSend {
  readonly #threads: typeof workerThreads;
  readonly #worker: workerThreads.Worker;
  readonly #port: workerThreads.MessagePort;
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  #hasStarted = false;
  /** Whether the last round gave a request up that a broken span may have failed. */
  #hadDoubts = false;
  #number = 0;

  /**
   * Starts the worker. Throws when that is not allowed, as under Node's permission model.
   *
   * @param environment - The variables the worker sees; `NODE_OPTIONS` is taken out, or its preloads
   *   would run again in the worker.
   */
  constructor(threads: typeof workerThreads, environment: Readonly<Record<string, string | undefined>>) {
    const { port1, port2 } = new threads.MessageChannel();
    this.#threads = threads;
    this.#port = port1;
    this.#worker = new threads.Worker(EXIT_WORKER_SOURCE, {
      eval: true,
      execArgv: [],
      env: { ...environment, NODE_OPTIONS: "" },
      stdout: true,
      stderr: true,
      workerData: { flag: this.#flag, port: port2 },
      transferList: [port2],
    });
    this.#worker.on("error", () => undefined);
    this.#worker.unref();
  }

  /** Blocks while the worker sends, until every request is settled or the bound is reached. */
  deliver(jobs: readonly ExitJob[], bound: ExitBound): ExitResult {
    const startMillis = performance.now();
    const { idleMillis, isPatient } = bound;
    const lastMillis = startMillis + bound.totalMillis;
    const until = (...millis: number[]): number => Math.min(Math.max(...millis), lastMillis);
    let endMillis = until(startMillis + idleMillis);
    if (isPatient && !this.#hasStarted) endMillis = until(endMillis, startMillis + BUSY_MILLIS);
    const round = this.#start(jobs, bound);
    for (;;) {
      const seen = Atomics.load(this.#flag, 0);
      const nowMillis = performance.now();
      if (!this.#hasStarted && seen > 0) {
        this.#hasStarted = true;
        const left = isPatient ? Math.min(idleMillis, BUSY_MILLIS) : 0;
        endMillis = until(startMillis + idleMillis, nowMillis + left);
      }
      const { accepted } = round;
      this.#readInto(round, nowMillis);
      if (round.accepted > accepted) endMillis = until(endMillis, nowMillis + idleMillis);
      for (const due of round.takeDue(nowMillis)) this.#port.postMessage({ round: this.#number, ...due });
      if (nowMillis >= endMillis || round.isOver(endMillis)) {
        this.#hadDoubts = round.hadDoubts;
        return round;
      }
      Atomics.wait(this.#flag, 0, seen, Math.min(endMillis, round.nextDueMillis) - nowMillis);
    }
  }

  /** Ends the worker, for a process that goes on. */
  stop(): void {
    this.#port.close();
    void this.#worker.terminate();
  }

  #start(jobs: readonly ExitJob[], { idleMillis }: ExitBound): ExitRound {
    // A view would be cloned with all of the memory it looks at.
    const copies = jobs.map(({ routes, requests }) => ({
      routes,
      requests: requests.map((request) => Uint8Array.prototype.slice.call(request)),
    }));
    const start: ExitRoundStart<ExitJob> = {
      round: ++this.#number,
      jobs: copies,
      reachMillis: Math.min(1000, idleMillis / 3),
    };
    this.#port.postMessage(
      start,
      copies.flatMap(({ requests }) => requests.map(({ buffer }) => buffer)),
    );
    return new ExitRound(
      jobs.map(({ requests }) => requests.length),
      this.#hadDoubts,
    );
  }

  /** Takes the messages that are there. */
  #readInto(round: ExitRound, nowMillis: number): void {
    for (;;) {
      const received = this.#threads.receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      const message = received.message as ExitWorkerAnswer<RawAnswer>;
      // A round that ran out of time may still be going on.
      if (message.round === this.#number) round.answered(message, answerOf(message), nowMillis);
    }
  }
}

/** What the worker tells: answers with their bytes, which are read here. */
type RawAnswer =
  | { kind: "http"; status: number; contentType: string | undefined; body: Uint8Array }
  | { kind: "grpc"; code: number; details: string; body?: Uint8Array }
  | Extract<Answer, { kind: "network" }>;

/** The answer as delivery's transports give it. */
function answerOf({ answer, retry }: ExitWorkerAnswer<RawAnswer>): Answer {
  if (answer.kind === "network") return answer;
  if (answer.kind === "http") {
    return httpAnswer({ ...answer, retryAfterMillis: parseRetryAfter(retry, Date.now()) });
  }
  if (answer.body !== undefined) return takenAnswer(answer.body);
  return refusedAnswer(
    answer.code,
    answer.details,
    retry === undefined ? undefined : Buffer.from(retry, "base64"),
  );
}
