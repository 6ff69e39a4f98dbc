// The exit worker's program in a thread, asked by a test that goes on meanwhile: what it tells is the same.
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import type { Answer } from "../../src/delivery/sender.ts";
import program from "../../src/exit/worker/program.js";
import type { StartJob, WorkerAnswer } from "../../src/exit/worker/messages.ts";
import type { ExitRoute } from "../../src/exporters/exit-route.ts";

/** A running exit worker. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #round = 0;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    const flag = new Int32Array(new SharedArrayBuffer(4));
    this.#port = port1;
    this.#worker = new Worker(program, {
      eval: true,
      execArgv: [],
      workerData: { flag, port: port2 },
      transferList: [port2],
    });
  }

  /** Sends one request once; `reachMillis` is for the routes but the last. */
  async ask(routes: readonly ExitRoute[], request: Uint8Array, reachMillis = 1_000): Promise<Answer> {
    const round = ++this.#round;
    const answered = new Promise<Answer>((resolve) => {
      const onMessage = (message: WorkerAnswer): void => {
        if (message.round !== round) return;
        this.#port.off("message", onMessage);
        resolve(message.answer);
      };
      this.#port.on("message", onMessage);
    });
    const start: StartJob = { round, job: 0, routes, requests: [request], reachMillis, lanes: 8 };
    this.#port.postMessage(start);
    return answered;
  }

  async stop(): Promise<void> {
    this.#port.close();
    await this.#worker.terminate();
  }
}
