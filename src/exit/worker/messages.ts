// What the waiting thread and the exit worker say to each other. All of it is copied, so it is plain data.
import type { MessagePort } from "node:worker_threads";
import type { Answer } from "../../delivery/sender.ts";
import type { ExitRoute } from "../../exporters/exit-route.ts";

/** A request by its place: which job, and which request of it. */
export interface ExitRequest {
  readonly job: number;
  readonly request: number;
}

/** What the worker is told first of a job of a round. It sends every request once. */
export interface StartJob {
  readonly round: number;
  readonly job: number;
  readonly routes: readonly ExitRoute[];
  readonly requests: readonly Uint8Array[];
  /** How long a route may take to be reached while another one is left. */
  readonly reachMillis: number;
  /** How many requests are under way at a time. */
  readonly lanes: number;
}

/** What the worker is told of a request that goes again. */
export interface SendAgain extends ExitRequest {
  readonly round: number;
}

/** What the worker tells of every attempt. */
export interface WorkerAnswer extends ExitRequest {
  readonly round: number;
  readonly answer: Answer;
}

/** What the worker gets when it is started. */
export interface WorkerSettings {
  /** Counts up once when the worker has started and once for each of its messages, for a thread that can only wait. */
  readonly flag: Int32Array;
  readonly port: MessagePort;
}
