// A simulated world for Delivery: a clock that tests turn, a server that answers from a rule.
import type { Timer } from "../../src/deadline.ts";
import { judge } from "../../src/delivery/classify.ts";
import type { Clock } from "../../src/delivery/clock.ts";
import { Delivery } from "../../src/delivery/delivery.ts";
import type { DeliveryOptions } from "../../src/delivery/delivery-options.ts";
import type { Answer, Sender } from "../../src/delivery/sender.ts";

/** A span of the simulation: its id is in its bytes, so the server knows what arrived. */
export interface TestSpan {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly byteLength: number;
}

/** A span whose first four bytes are its id; a broken one is marked by its fifth. */
export function span(id: number, size = 100, broken = false): TestSpan {
  const bytes = Buffer.alloc(Math.max(8, size));
  bytes.writeUInt32LE(id);
  bytes[4] = broken ? 1 : 0;
  return testSpan(`span-${id}`, bytes);
}

/** A span of these bytes. */
export function testSpan(name: string, bytes: Uint8Array): TestSpan {
  return { name, bytes, byteLength: bytes.byteLength };
}

/** A request as the simulated server sees it. */
export interface SimulatedRequest {
  readonly ids: readonly number[];
  readonly hasBroken: boolean;
  readonly bytes: number;
  readonly atMillis: number;
  readonly timeoutMillis: number;
}

/** What the server says, at once or after a while. `undefined`: nothing before the deadline. */
export type Rule = (
  request: SimulatedRequest,
) => Answer | { answer: Answer; afterMillis: number } | undefined;

/** The answer of an HTTP server. */
export const http = (status: number, extra: Partial<Extract<Answer, { kind: "http" }>> = {}): Answer => ({
  kind: "http",
  status,
  ...extra,
});

/** The answer of a gRPC server. */
export const grpc = (
  code: number,
  details = "",
  extra: Partial<Extract<Answer, { kind: "grpc" }>> = {},
): Answer => ({
  kind: "grpc",
  code,
  details,
  ...extra,
});

/** No answer. */
export const network = (
  code: string | undefined,
  message = code ?? "",
  freshConnection?: boolean,
): Answer => ({
  kind: "network",
  code,
  message,
  ...(freshConnection !== undefined && { freshConnection }),
});

export const refused: Answer = network("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:6006");
export const OK: Answer = http(200);

/** A clock that stands still until it is turned. */
export class SimulatedClock implements Clock {
  #now = 1_000_000;
  #order = 0;
  readonly #timers = new Map<number, { at: number; callback: () => void; holds: boolean }>();

  now(): number {
    return this.#now;
  }

  setTimer(callback: () => void, delayMillis: number): Timer {
    const id = this.#order++;
    const timer = { at: this.#now + Math.max(0, delayMillis), callback, holds: false };
    this.#timers.set(id, timer);
    return {
      clear: () => void this.#timers.delete(id),
      hold: (alive) => void (timer.holds = alive),
    };
  }

  /** Timers that would keep the process alive. */
  get holding(): number {
    return [...this.#timers.values()].filter(({ holds }) => holds).length;
  }

  /** Turns the clock, firing what is due in order. */
  async advance(millis: number): Promise<void> {
    const end = this.#now + millis;
    await settleMicrotasks();
    for (;;) {
      let next: [number, { at: number; callback: () => void }] | undefined;
      for (const entry of this.#timers) {
        if (entry[1].at <= end && (next === undefined || entry[1].at < next[1].at)) next = entry;
      }
      if (next === undefined) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].callback();
      await settleMicrotasks();
    }
    this.#now = end;
  }
}

/** Lets promises that are resolved already run on, without waiting for real time. */
async function settleMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}

/** A Delivery with a server that follows a rule. */
export class Simulation {
  readonly clock = new SimulatedClock();
  readonly requests: SimulatedRequest[] = [];
  /** Ids the server took, in order of their requests; an id twice when it was sent twice. */
  readonly arrived: number[] = [];
  readonly said: string[] = [];
  /** Spans that delivery let go of. */
  discarded = 0;
  /** Spans that it used after that. Always empty. */
  readonly misuse: string[] = [];
  readonly delivery: Delivery<TestSpan>;
  readonly sender: Sender;
  rule: Rule = () => OK;
  underWay = 0;
  mostUnderWay = 0;
  closed = false;
  readonly repeats: boolean;
  /** Whether the server's word is there before `send` returns. */
  answersAtOnce = false;
  maxRequestBytes = 8 * 1024 * 1024;
  url = "http://localhost:6006/v1/traces";
  #seed = 1;
  readonly #discarded = new WeakSet<TestSpan>();

  constructor(options: Partial<DeliveryOptions<TestSpan>> = {}, { repeats = false } = {}) {
    this.repeats = repeats;
    const sender = (this.sender = this.#sender());
    this.delivery = new Delivery<TestSpan>({
      sender,
      join: (items) => {
        for (const item of items) if (this.#discarded.has(item)) this.misuse.push(`read ${item.name}`);
        return joinSpans(items);
      },
      discard: (item) => {
        if (this.#discarded.has(item)) this.misuse.push(`discarded ${item.name} twice`);
        this.#discarded.add(item);
        this.discarded++;
      },
      describe: { endpointSource: "PHOENIX_COLLECTOR_ENDPOINT" },
      report: ({ code, message }) => this.said.push(`${code} ${message}`),
      rearm: () => {},
      clock: this.clock,
      random: () => this.#random(),
      ...options,
    });
  }

  /** Adds spans with ids from `first`. */
  add(first: number, count: number, size = 100): void {
    for (let id = first; id < first + count; id++) this.delivery.add(span(id, size));
  }

  /** Settles what `takeForExit` gave by these answers. */
  settleExit(answers: readonly (Answer | undefined)[]): boolean {
    return this.delivery.settleExit(answers.map((answer) => answer && judge(answer)));
  }

  /** The codes said so far. */
  get codes(): string[] {
    return this.said.map((line) => line.slice(0, 6));
  }

  /** A number that depends on nothing but how often it was asked for. */
  #random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }

  #sender(): Sender {
    const url = (): string => this.url;
    const maxRequestBytes = (): number => this.maxRequestBytes;
    return {
      get url() {
        return url();
      },
      get maxRequestBytes() {
        return maxRequestBytes();
      },
      repeats: this.repeats,
      send: (request, timeoutMillis) =>
        this.answersAtOnce ? this.#answer(request, timeoutMillis) : this.#send(request, timeoutMillis),
      close: () => void (this.closed = true),
    };
  }

  #answer(bytes: Uint8Array, timeoutMillis: number): Answer {
    const request = { ...read(bytes), atMillis: this.clock.now(), timeoutMillis };
    this.requests.push(request);
    const ruled = this.rule(request);
    const answer = ruled === undefined || "answer" in ruled ? OK : ruled;
    if (isTaken(answer)) this.arrived.push(...request.ids);
    return answer;
  }

  async #send(bytes: Uint8Array, timeoutMillis: number): Promise<Answer> {
    const request = { ...read(bytes), atMillis: this.clock.now(), timeoutMillis };
    this.requests.push(request);
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    const ruled = this.rule(request);
    const { answer, afterMillis } =
      ruled === undefined
        ? { answer: network("ETIMEDOUT", "no answer in time"), afterMillis: timeoutMillis }
        : "answer" in ruled
          ? ruled
          : { answer: ruled, afterMillis: 0 };
    const arrive = (): void => void (isTaken(answer) && this.arrived.push(...request.ids));
    const inTime = afterMillis <= timeoutMillis;
    // A server does not know that nobody waits for its answer any more.
    if (!inTime) this.clock.setTimer(arrive, afterMillis);
    await new Promise<void>((resolve) => this.clock.setTimer(resolve, Math.min(afterMillis, timeoutMillis)));
    this.underWay--;
    if (!inTime) return network("ETIMEDOUT", "no answer in time");
    arrive();
    return answer;
  }
}

const isTaken = (answer: Answer): boolean =>
  (answer.kind === "http" && answer.status === 200 && !answer.isPage) ||
  (answer.kind === "grpc" && answer.code === 0);

/** The request of these spans, as the simulated server reads it. */
export function joinSpans(items: readonly TestSpan[]): Buffer {
  return Buffer.concat(items.map((item) => frame(item.bytes)));
}

/** The ids of the spans in a request. */
export function idsIn(request: Uint8Array): readonly number[] {
  return read(request).ids;
}

function frame(bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(bytes.byteLength);
  return Buffer.concat([head, bytes]);
}

function read(bytes: Uint8Array): Pick<SimulatedRequest, "ids" | "hasBroken" | "bytes"> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ids: number[] = [];
  let hasBroken = false;
  for (let at = 0; at < buffer.byteLength; at += 4 + buffer.readUInt32LE(at)) {
    ids.push(buffer.readUInt32LE(at + 4));
    hasBroken ||= buffer[at + 8] === 1;
  }
  return { ids, hasBroken, bytes: bytes.byteLength };
}

/** The sum that always holds. */
export function sumOf(stats: ReturnType<Delivery<TestSpan>["stats"]>): number {
  const dropped = Object.values(stats.dropped).reduce((total, count) => total + count, 0);
  return stats.delivered + stats.queued + stats.inFlight + dropped;
}
