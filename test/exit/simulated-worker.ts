// A simulated exit worker: a clock that only waiting turns, and a server that answers from a rule.
import type { Answer } from "../../src/delivery/sender.ts";
import { BlockingSend, type ExitChannel } from "../../src/exit/blocking-send.ts";
import { EXIT_POLICY, ExitBudget, type ExitPolicy } from "../../src/exit/exit-budget.ts";
import type { SendAgain, StartJob, WorkerAnswer } from "../../src/exit/worker/messages.ts";

/** A request as the simulated server sees it. */
export interface SeenRequest {
  readonly url: string;
  readonly text: string;
  /** How often this request of this round came before. */
  readonly earlier: number;
  readonly atMillis: number;
}

/** What the server says, at once or after a while; nothing when it is silent. */
export type Rule = (request: SeenRequest) => Answer | { answer: Answer; afterMillis: number } | undefined;

interface Event {
  readonly atMillis: number;
  readonly message?: WorkerAnswer;
}

/** Time that passes only while somebody waits. */
export class SimulatedTime {
  millis = 0;
  readonly now = (): number => this.millis;
}

/** The worker as a waiting thread sees it. Requests are text. */
export class SimulatedWorker implements ExitChannel {
  events = 0;
  isStopped = false;
  readonly seen: SeenRequest[] = [];
  readonly #time: SimulatedTime;
  readonly #rule: Rule;
  readonly #startsAtMillis: number;
  readonly #jobs = new Map<string, StartJob>();
  readonly #earlier = new Map<string, number>();
  readonly #inbox: WorkerAnswer[] = [];
  #coming: Event[];

  constructor(time: SimulatedTime, rule: Rule, startsAfterMillis = 0) {
    this.#time = time;
    this.#rule = rule;
    this.#startsAtMillis = time.millis + startsAfterMillis;
    this.#coming = [{ atMillis: this.#startsAtMillis }];
  }

  start(job: StartJob): void {
    // As posting to a thread does, which refuses what cannot be copied.
    structuredClone(job.routes);
    this.#jobs.set(`${job.round} ${job.job}`, job);
    for (const request of job.requests.keys()) this.sendAgain({ round: job.round, job: job.job, request });
  }

  sendAgain({ round, job, request }: SendAgain): void {
    const { routes, requests } = this.#jobs.get(`${round} ${job}`)!;
    const place = `${round} ${job} ${request}`;
    const earlier = this.#earlier.get(place) ?? 0;
    this.#earlier.set(place, earlier + 1);
    const atMillis = Math.max(this.#time.millis, this.#startsAtMillis);
    const url = routes[0]?.url ?? "";
    const seen = { url, text: new TextDecoder().decode(requests[request]), earlier, atMillis };
    this.seen.push(seen);
    const said = this.#rule(seen);
    if (said === undefined) return;
    const { answer, afterMillis } = "answer" in said ? said : { answer: said, afterMillis: 0 };
    this.#coming.push({ atMillis: atMillis + afterMillis, message: { round, job, request, answer } });
  }

  read(): WorkerAnswer | undefined {
    return this.#inbox.shift();
  }

  wait(events: number, millis: number): void {
    if (this.events > events) return;
    const untilMillis = this.#time.millis + millis;
    const nextMillis = Math.min(untilMillis, ...this.#coming.map(({ atMillis }) => atMillis));
    if (nextMillis === Infinity) throw new Error("nothing would end this wait");
    this.#time.millis = Math.max(this.#time.millis, nextMillis);
    const isDue = ({ atMillis }: Event): boolean => atMillis <= this.#time.millis;
    for (const { message } of this.#coming.filter(isDue)) {
      if (message !== undefined) this.#inbox.push(message);
      this.events++;
    }
    this.#coming = this.#coming.filter((event) => !isDue(event));
  }

  async waitRunning(events: number, millis: number): Promise<void> {
    await Promise.resolve();
    this.wait(events, millis);
  }

  stop(): void {
    this.isStopped = true;
  }
}

/** A worker, what waits for it, and the time of both. */
export function simulate(
  rule: Rule,
  { startsAfterMillis = 0, policy = EXIT_POLICY }: { startsAfterMillis?: number; policy?: ExitPolicy } = {},
): { time: SimulatedTime; budget: ExitBudget; worker: SimulatedWorker; send: BlockingSend } {
  const time = new SimulatedTime();
  const budget = new ExitBudget(time.now, policy);
  const worker = new SimulatedWorker(time, rule, startsAfterMillis);
  return { time, budget, worker, send: new BlockingSend(worker, budget) };
}

/** Requests of text, over HTTP to `url`. */
export const job = (
  ...texts: string[]
): { routes: { protocol: "http/protobuf"; url: string; headers: {} }[]; requests: Uint8Array[] } => ({
  routes: [{ protocol: "http/protobuf", url: "http://phoenix", headers: {} }],
  requests: texts.map((text) => new TextEncoder().encode(text)),
});
