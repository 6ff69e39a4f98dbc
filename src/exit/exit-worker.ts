// The thread that sends while this one waits for it.
import type * as WorkerThreads from "node:worker_threads";
import type { ExitChannel } from "./blocking-send.ts";
import { checkDescriptors, enterExistingDirectory } from "./thread-needs.ts";
import program from "./worker/program.js";
import type { SendAgain, StartJob, WorkerAnswer } from "./worker/messages.ts";

/** `Atomics` as every Node has it that this package runs on. */
interface WaitingAtomics extends Atomics {
  waitAsync(array: Int32Array, index: number, value: number, millis: number): { value: unknown };
}

/** The exit worker, and the way to hear of it without returning to the event loop. */
export class ExitWorker implements ExitChannel {
  readonly #threads: typeof WorkerThreads;
  readonly #worker: WorkerThreads.Worker;
  readonly #port: WorkerThreads.MessagePort;
  readonly #flag = new Int32Array(new SharedArrayBuffer(4));
  readonly #returnToDirectory: () => void;
  #isAway = true;

  /**
   * Starts the worker. Throws when that is not allowed, as under Node's permission model, or cannot succeed.
   *
   * @param environment - The variables the worker sees; `NODE_OPTIONS` is taken out, or its preloads
   *   would run again in the worker.
   */
  constructor(threads: typeof WorkerThreads, environment: Readonly<Record<string, string | undefined>>) {
    checkDescriptors();
    const { port1, port2 } = new threads.MessageChannel();
    this.#threads = threads;
    this.#port = port1;
    this.#returnToDirectory = enterExistingDirectory();
    try {
      this.#worker = new threads.Worker(program, {
        eval: true,
        execArgv: [],
        env: { ...environment, NODE_OPTIONS: "" },
        stdout: true,
        stderr: true,
        workerData: { flag: this.#flag, port: port2 },
        transferList: [port2],
      });
    } catch (error) {
      this.#comeBack();
      throw error;
    }
    this.#worker.on("error", () => undefined);
    this.#worker.unref();
  }

  get events(): number {
    return Atomics.load(this.#flag, 0);
  }

  start(job: StartJob): void {
    // A view would be cloned with all of the memory it looks at.
    const requests = job.requests.map((request) => Uint8Array.prototype.slice.call(request));
    this.#port.postMessage(
      { ...job, requests },
      requests.map(({ buffer }) => buffer),
    );
  }

  sendAgain(message: SendAgain): void {
    this.#port.postMessage(message);
  }

  read(): WorkerAnswer | undefined {
    return this.#threads.receiveMessageOnPort(this.#port)?.message as WorkerAnswer | undefined;
  }

  /** The first time, until the worker runs, or never will. */
  wait(events: number, millis: number): void {
    Atomics.wait(this.#flag, 0, events, millis);
    this.#comeBack();
  }

  async waitRunning(events: number, millis: number): Promise<void> {
    // No timer, which tests of the program may have stopped.
    const { value } = (Atomics as WaitingAtomics).waitAsync(this.#flag, 0, events, millis);
    this.#worker.ref();
    try {
      await value;
    } finally {
      this.#worker.unref();
      this.#comeBack();
    }
  }

  stop(): void {
    this.#comeBack();
    this.#port.close();
    void this.#worker.terminate();
  }

  #comeBack(): void {
    if (!this.#isAway) return;
    this.#isAway = false;
    this.#returnToDirectory();
  }
}
