// The program of the worker that sends while the process exits. scripts/exit-worker.ts makes one text of it and the real
// clients, program.js: that survives bundlers, and files that are gone.
import { workerData } from "node:worker_threads";
import { WorkerJob } from "./worker-job.ts";
import type { SendAgain, StartJob, WorkerAnswer, WorkerSettings } from "./messages.ts";

const { flag, port } = workerData as WorkerSettings;
let round = 0;
let jobs: WorkerJob[] = [];

function count(): void {
  Atomics.add(flag, 0, 1);
  Atomics.notify(flag, 0);
}

function tell(answer: WorkerAnswer): void {
  port.postMessage(answer);
  count();
}

/** Nothing more is sent of a round once another one began. */
function start(message: StartJob): void {
  if (message.round !== round) jobs = [];
  round = message.round;
  const { job, requests } = message;
  const created = new WorkerJob(message, {
    isOver: () => round !== message.round,
    tell: (request, answer) => tell({ round: message.round, job, request, answer }),
  });
  jobs[job] = created;
  for (const request of requests.keys()) created.send(request);
}

port.on("message", (message: StartJob | SendAgain) => {
  if ("requests" in message) start(message);
  else if (message.round === round) jobs[message.job]?.send(message.request);
});
count();
