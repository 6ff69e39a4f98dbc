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

/** The last answer of each request of a job; `undefined` where none came in time. */
export type ExitAnswers = readonly (Answer | undefined)[];

/**
 * Blocks for at most `limitMillis` while a worker thread sends. Throws when no worker can be
 * started, as under Node's permission model.
 *
 * @param environment - The variables the worker sees; `NODE_OPTIONS` is taken out, or its preloads
 *   would run again in the worker.
 */
export function deliverAtExit(
  threads: typeof workerThreads,
  jobs: readonly ExitJob[],
  limitMillis: number,
  environment: Readonly<Record<string, string | undefined>>,
): ExitAnswers[] {
  const endMillis = performance.now() + limitMillis;
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new threads.MessageChannel();
  // A view would be cloned with all of the memory it looks at.
  const copies = jobs.map(({ routes, requests }) => ({
    routes,
    requests: requests.map((request) => Uint8Array.prototype.slice.call(request)),
  }));
  const worker = new threads.Worker(EXIT_WORKER_SOURCE, {
    eval: true,
    execArgv: [],
    env: { ...environment, NODE_OPTIONS: "" },
    stdout: true,
    stderr: true,
    workerData: { jobs: copies, limitMillis, flag, port: port2 },
    transferList: [port2, ...copies.flatMap(({ requests }) => requests.map(({ buffer }) => buffer))],
  });
  worker.on("error", () => undefined);
  worker.unref();
  const answers: (Answer | undefined)[][] = jobs.map(({ requests }) => requests.map(() => undefined));
  for (let seen = 0, ended = false; !ended;) {
    const leftMillis = endMillis - performance.now();
    if (leftMillis <= 0) break;
    Atomics.wait(flag, 0, seen, leftMillis);
    seen = Atomics.load(flag, 0);
    ended = readInto(answers, () => threads.receiveMessageOnPort(port1)?.message);
  }
  port1.close();
  void worker.terminate();
  return answers;
}

/** Takes the messages that are there; gives whether the worker is done. */
function readInto(answers: (Answer | undefined)[][], next: () => unknown): boolean {
  for (;;) {
    const message = next() as ExitWorkerMessage<Answer> | undefined;
    if (message === undefined) return false;
    if (message === "end") return true;
    const ofJob = answers[message.job];
    if (ofJob) ofJob[message.request] = message.answer;
  }
}
