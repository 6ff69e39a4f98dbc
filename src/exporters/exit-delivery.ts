// Delivers requests while this thread can do nothing but wait: a worker sends, Atomics.wait waits.
import type * as workerThreads from "node:worker_threads";
import type { Answer } from "../delivery/sender.ts";
import type { ExitRoute } from "./exit-route.ts";
import { EXIT_WORKER_SOURCE, type ExitWorkerMessage } from "./exit-worker.ts";

/** Requests and the routes they may take. */
export interface ExitJob {
  routes: readonly ExitRoute[];
  requests: readonly Uint8Array[];
}

/** How long the worker may take to start; 40 ms where the machine is not overloaded. */
const START_MILLIS = 2_000;

/** However well it goes, the end of a process is not held longer. */
const TOTAL_MILLIS = 10_000;

/** The last answer of each request of a job; `undefined` where none came in time. */
export type ExitAnswers = readonly (Answer | undefined)[];

/** A worker thread that sends, and the way to wait for it without returning to the event loop. */
export class ExitDelivery {
  readonly #threads: typeof workerThreads;
  readonly #worker: workerThreads.Worker;
  readonly #port: workerThreads.MessagePort;
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  #round = 0;

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
    Atomics.wait(this.#flag, 0, 0, START_MILLIS);
  }

  /** Blocks while the worker sends, until no request was accepted for `limitMillis`, at most 10 s. */
  deliver(jobs: readonly ExitJob[], limitMillis: number): ExitAnswers[] {
    const startMillis = performance.now();
    let endMillis = startMillis + limitMillis;
    let accepted = 0;
    // A view would be cloned with all of the memory it looks at.
    const copies = jobs.map(({ routes, requests }) => ({
      routes,
      requests: requests.map((request) => Uint8Array.prototype.slice.call(request)),
    }));
    this.#port.postMessage(
      { round: ++this.#round, jobs: copies, limitMillis },
      copies.flatMap(({ requests }) => requests.map(({ buffer }) => buffer)),
    );
    const answers: (Answer | undefined)[][] = jobs.map(({ requests }) => requests.map(() => undefined));
    for (let seen = Atomics.load(this.#flag, 0), ended = false; !ended;) {
      ended = this.#readInto(answers);
      const nowMillis = performance.now();
      const acceptedNow = countAccepted(answers);
      if (acceptedNow > accepted) endMillis = nowMillis + limitMillis;
      accepted = acceptedNow;
      const leftMillis = Math.min(endMillis, startMillis + TOTAL_MILLIS) - nowMillis;
      if (ended || leftMillis <= 0) break;
      Atomics.wait(this.#flag, 0, seen, leftMillis);
      seen = Atomics.load(this.#flag, 0);
    }
    return answers;
  }

  /** Ends the worker, for a process that goes on. */
  stop(): void {
    this.#port.close();
    void this.#worker.terminate();
  }

  /** Takes the messages that are there; gives whether the worker has ended this round. */
  #readInto(answers: (Answer | undefined)[][]): boolean {
    for (;;) {
      const received = this.#threads.receiveMessageOnPort(this.#port);
      if (received === undefined) return false;
      const message = received.message as ExitWorkerMessage<Answer>;
      // A round that ran out of time may still be going on.
      if (message.round !== this.#round) continue;
      if ("end" in message) return true;
      const ofJob = answers[message.job];
      if (ofJob) ofJob[message.request] = message.answer;
    }
  }
}

/** How many requests a server has taken. */
export function countAccepted(answers: readonly ExitAnswers[]): number {
  return answers.flat().filter((answer) => {
    if (answer?.kind === "http") return answer.status >= 200 && answer.status < 300;
    return answer?.kind === "grpc" && answer.code === 0;
  }).length;
}
