// The requests of one source in the exit worker: the route that can be reached, and a few requests at a time over it.
import type { Answer } from "../../delivery/sender.ts";
import type { ExitRoute } from "../../exporters/exit-route.ts";
import { GrpcSender } from "../../exporters/grpc/grpc-sender.ts";
import { HttpSender } from "../../exporters/http/http-sender.ts";
import { networkAnswer } from "../../exporters/wire/network-answer.ts";
import type { StartJob } from "./messages.ts";

/** How a job is heard. */
export interface JobEvents {
  /** Whether what still waits is not to be sent any more. */
  isOver(): boolean;
  /** Told of every attempt. */
  tell(request: number, answer: Answer): void;
}

/** Sends what it is given. It decides nothing: which request goes again, and when, it is told. */
export class WorkerJob {
  readonly #requests: readonly Uint8Array[];
  readonly #sender: Promise<HttpSender | GrpcSender>;
  readonly #events: JobEvents;
  readonly #lanes: number;
  readonly #waiting: number[] = [];
  #underWay = 0;

  constructor({ requests, routes, reachMillis, lanes }: StartJob, events: JobEvents) {
    this.#requests = requests;
    this.#events = events;
    this.#lanes = lanes;
    this.#sender = reachable(routes, reachMillis);
    // Each request is answered with it.
    this.#sender.catch(() => undefined);
  }

  /** Sends a request, by its place, as soon as it is its turn. */
  send(request: number): void {
    this.#waiting.push(request);
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#underWay === this.#lanes || this.#events.isOver()) return;
    const request = this.#waiting.shift();
    if (request !== undefined) void this.#sendOne(request);
  }

  async #sendOne(request: number): Promise<void> {
    this.#underWay++;
    const answer = await this.#attempt(this.#requests[request]!);
    this.#underWay--;
    this.#events.tell(request, answer);
    this.#sendNext();
  }

  async #attempt(request: Uint8Array): Promise<Answer> {
    try {
      // Whoever waits for the worker keeps the time; an attempt has no limit of its own.
      return await (await this.#sender).send(request, Infinity);
    } catch (error) {
      return networkAnswer(error as Error);
    }
  }
}

/** The client of the first route whose server can be reached in time, else of the last. */
async function reachable(
  routes: readonly ExitRoute[],
  reachMillis: number,
): Promise<HttpSender | GrpcSender> {
  const senders = routes.map(createSender);
  for (const sender of senders.slice(0, -1)) {
    if (!("reach" in sender) || (await sender.reach(reachMillis)) === undefined) return sender;
  }
  return senders.at(-1)!;
}

function createSender({
  protocol,
  url,
  headers,
  tls,
  gzip,
  proxy,
  userAgent,
}: ExitRoute): HttpSender | GrpcSender {
  const settings = {
    url,
    headers,
    tls: { material: tls ?? {} },
    compression: gzip ? ("gzip" as const) : ("none" as const),
    holdsProcess: false,
    ...(proxy !== undefined && { proxy }),
    ...(userAgent !== undefined && { userAgent }),
  };
  return protocol === "grpc" ? new GrpcSender(settings) : new HttpSender(settings);
}
