// Real OTLP servers for tests, HTTP and gRPC on free loopback ports, that decode what arrives and answer
// from a script.
import { setTimeout as wait } from "node:timers/promises";
import { type CollectedSpan, decodeSpans } from "../../src/collector/receive/decode-spans.ts";
import {
  type GrpcAnswer,
  GrpcReceiver,
  type GrpcTraceRequest,
} from "../../src/collector/receive/grpc-receiver.ts";
import {
  type HttpAnswer,
  HttpReceiver,
  type HttpTraceRequest,
} from "../../src/collector/receive/http-receiver.ts";
import {
  type GrpcAnswerOptions,
  type HttpAnswerOptions,
  isAcceptance,
  type ScriptedAnswer,
  toGrpcAnswer,
  toHttpAnswer,
} from "./answer-script.ts";
import { BreakablePort } from "./breakable-port.ts";
import { type Certificates, certificates } from "./certificates.ts";
import { readSpanIds } from "./otlp-messages.ts";
import { PATIENCE_MILLIS } from "./patience.ts";

export type { CollectedSpan } from "../../src/collector/receive/decode-spans.ts";
export type { ScriptedAnswer } from "./answer-script.ts";

/** Options of {@link startOtlpReceiver}. */
export interface OtlpReceiverOptions {
  /** TLS with a certificate signed by `receiver.certificates.authority`. */
  readonly tls?: boolean;
  /** TLS that also demands a client certificate of that authority. */
  readonly mtls?: boolean;
  /** Most bytes of a request: 4 MiB on gRPC and no limit on HTTP by default, as Phoenix has it. */
  readonly maxBytes?: number;
  /** `"count"` reads span ids only, for tests with very many spans; `spans` stays empty then. */
  readonly decode?: "spans" | "count";
}

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly protocol: "http/protobuf" | "grpc";
  readonly method: string;
  readonly path: string;
  /** Lower-cased names; on gRPC the metadata, binary values in base64. */
  readonly headers: Readonly<Record<string, string>>;
  /** Body bytes: on HTTP as they came over the wire, on gRPC after decompression. */
  readonly byteLength: number;
  /** On HTTP the same; on gRPC the connection's bytes for this request, so compression shows. */
  readonly wireByteLength: number;
  /** The `content-encoding`; grpc-js does not tell its own, so `"unknown"` on gRPC. */
  readonly encoding: string;
  /** The body after decompression. */
  readonly body: Uint8Array;
  /** The decoded spans, taken or not; empty when only counting. */
  readonly spans: readonly CollectedSpan[];
  readonly spanIds: readonly string[];
  /** `performance.now()` when the whole request was in. */
  readonly atMillis: number;
  /** The HTTP status or gRPC code sent; `undefined` while the answer waits. */
  answered: number | "hang" | "reset" | undefined;
}

/** Continues a script: `answer(503).then(200)` answers one request with 503 and the next with 200. */
export interface AnswerScript {
  then(status: number, options?: HttpAnswerOptions): AnswerScript;
  thenGrpc(code: number, details?: string, options?: GrpcAnswerOptions): AnswerScript;
  thenPartial(rejectedSpans: number, errorMessage?: string): AnswerScript;
  thenHang(): AnswerScript;
  thenReset(): AnswerScript;
}

/** Real HTTP and gRPC trace servers that remember what they took. */
export class OtlpReceiver {
  /** Every request, in the order in which they were complete. */
  readonly requests: ReceivedRequest[] = [];
  /** Spans of requests that were accepted, in arrival order, duplicates included. */
  readonly spans: CollectedSpan[] = [];
  /** Ids of {@link spans}, also when only counting. */
  readonly spanIds: string[] = [];
  /** The authority to trust and a client identity to show, on a TLS receiver. */
  readonly certificates: Certificates | undefined;
  readonly #decode: "spans" | "count";
  readonly #http: BreakablePort;
  readonly #grpc: BreakablePort;
  #grpcReceiver: GrpcReceiver | undefined;
  readonly #scheme: string;
  readonly #unique = new Map<string, CollectedSpan | undefined>();
  readonly #script: { answer: ScriptedAnswer; times: number }[] = [];
  readonly #changed = new Set<() => void>();
  #respond: ((request: ReceivedRequest) => ScriptedAnswer | undefined) | undefined;
  #maxBytes: number | undefined;
  #delayMillis = 0;

  constructor(options: OtlpReceiverOptions) {
    this.#decode = options.decode ?? "spans";
    this.#maxBytes = options.maxBytes;
    const secure = options.tls === true || options.mtls === true;
    this.#scheme = secure ? "https" : "http";
    this.certificates = secure ? certificates() : undefined;
    const tls = this.certificates && {
      key: this.certificates.server.key,
      cert: this.certificates.server.cert,
      ...(options.mtls === true ? { clientCa: this.certificates.authority.cert } : {}),
    };
    const receiver = new HttpReceiver({
      maxBytes: () => this.#maxBytes ?? Number.POSITIVE_INFINITY,
      answer: (request) => this.#answerHttp(request),
    });
    this.#http = new BreakablePort(
      (connection) => receiver.serve(connection),
      tls && { ...tls, protocol: "http/1.1" },
    );
    this.#grpc = new BreakablePort(
      (connection) => this.#grpcReceiver?.serve(connection),
      tls && { ...tls, protocol: "h2" },
    );
  }

  /** `http://127.0.0.1:PORT`, `https:` with TLS. */
  get httpUrl(): string {
    return `${this.#scheme}://127.0.0.1:${this.#http.port}`;
  }

  /** `http://127.0.0.1:PORT` of the gRPC server, `https:` with TLS. */
  get grpcUrl(): string {
    return `${this.#scheme}://127.0.0.1:${this.#grpc.port}`;
  }

  /** The accepted spans without repeats: the first arrival of every span id. */
  get uniqueSpans(): CollectedSpan[] {
    return [...this.#unique.values()].filter((span) => span !== undefined);
  }

  /** How many different span ids were accepted, also when only counting. */
  get uniqueSpanCount(): number {
    return this.#unique.size;
  }

  /** Opens both ports; after {@link stop} the same ones again. */
  async start(): Promise<void> {
    this.#grpcReceiver = new GrpcReceiver({
      maxBytes: this.#maxBytes ?? 4 * 1024 * 1024,
      answer: (request) => this.#answerGrpc(request),
    });
    await Promise.all([this.#http.open(), this.#grpc.open()]);
  }

  /** Closes both ports and cuts every connection, as an outage does. What was received stays. */
  async stop(): Promise<void> {
    await Promise.all([this.#http.close(), this.#grpc.close()]);
    this.#grpcReceiver?.close();
  }

  /** Scripts the next request's answer by HTTP status. */
  answer(status: number, options: HttpAnswerOptions = {}): AnswerScript {
    return this.#push({ kind: "http", status, ...options }, options.times);
  }

  /** Scripts the next request's answer by gRPC code. */
  answerGrpc(code: number, details = "", options: GrpcAnswerOptions = {}): AnswerScript {
    return this.#push({ kind: "grpc", code, details, ...options }, options.times);
  }

  /** The next request is accepted but for its first `rejectedSpans` spans. */
  partial(rejectedSpans: number, errorMessage = ""): AnswerScript {
    return this.#push({ kind: "partial", rejectedSpans, errorMessage });
  }

  /** The next request is read and never answered. */
  hang(): AnswerScript {
    return this.#push({ kind: "hang" });
  }

  /** The next request's connection is cut with a TCP reset instead of an answer. */
  reset(): AnswerScript {
    return this.#push({ kind: "reset" });
  }

  /** From now on a function answers what the script does not; `undefined` from it means accept. */
  respond(respond: ((request: ReceivedRequest) => ScriptedAnswer | undefined) | undefined): void {
    this.#respond = respond;
  }

  /** From now on larger requests get 413 or RESOURCE_EXHAUSTED. More than at start needs a restart on gRPC. */
  maxBytes(bytes: number): void {
    this.#maxBytes = bytes;
  }

  /** From now on every answer waits this long; 0 ends it. */
  delay(millis: number): void {
    this.#delayMillis = millis;
  }

  /** Forgets spans, requests and the rest of the script. */
  forget(): void {
    this.requests.length = 0;
    this.spans.length = 0;
    this.spanIds.length = 0;
    this.#script.length = 0;
    this.#unique.clear();
    this.#respond = undefined;
  }

  /** Resolves once `count` different spans were accepted. Its error says what did arrive. */
  async waitForSpans(count: number, timeoutMillis = PATIENCE_MILLIS): Promise<readonly CollectedSpan[]> {
    await this.#until(() => this.uniqueSpanCount >= count, `${count} spans`, timeoutMillis);
    return this.uniqueSpans;
  }

  /** Resolves once `count` requests came in, answered or not. Its error says what did arrive. */
  async waitForRequests(count: number, timeoutMillis = PATIENCE_MILLIS): Promise<readonly ReceivedRequest[]> {
    await this.#until(() => this.requests.length >= count, `${count} requests`, timeoutMillis);
    return this.requests;
  }

  async #answerHttp({ fault, peer, ...http }: HttpTraceRequest): Promise<HttpAnswer> {
    const request = this.#record({ ...http, protocol: "http/protobuf", wireByteLength: http.byteLength });
    const answer = await this.#choose(request, fault === undefined);
    const response = (answer === undefined ? fault : toHttpAnswer(answer)) ?? "reset";
    this.#finish(request, response, answer);
    return typeof response === "string" ? await this.#withhold(response, this.#http, peer) : response;
  }

  async #answerGrpc({ peer, ...grpc }: GrpcTraceRequest): Promise<GrpcAnswer> {
    const request = this.#record({
      ...grpc,
      protocol: "grpc",
      method: "POST",
      encoding: "unknown",
      wireByteLength: this.#grpc.bytesSince(peer),
    });
    const max = this.#maxBytes ?? Number.POSITIVE_INFINITY;
    const tooLarge = `Received message larger than max (${grpc.byteLength} vs ${max})`;
    const answer =
      grpc.byteLength > max
        ? ({ kind: "grpc", code: 8, details: tooLarge } as const)
        : await this.#choose(request, true);
    const status = toGrpcAnswer(answer ?? ACCEPT);
    this.#finish(request, status, answer);
    return typeof status === "string" ? await this.#withhold(status, this.#grpc, peer) : status;
  }

  /** Never answers; a reset cuts the connection first. */
  #withhold(how: "hang" | "reset", port: BreakablePort, peer: string): Promise<never> {
    if (how === "reset") port.reset(peer);
    return new Promise(() => {});
  }

  async #until(reached: () => boolean, wanted: string, timeoutMillis: number): Promise<void> {
    if (reached()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#changed.delete(check);
        reject(new Error(`waited ${timeoutMillis} ms for ${wanted}; ${this.#describe()}`));
      }, timeoutMillis);
      const check = (): void => {
        if (!reached()) return;
        clearTimeout(timer);
        this.#changed.delete(check);
        resolve();
      };
      this.#changed.add(check);
    });
  }

  #describe(): string {
    const names = this.uniqueSpans.map(({ name }) => JSON.stringify(name));
    const more = names.length > 20 ? `, and ${names.length - 20} more` : "";
    const requests = this.requests
      .slice(-20)
      .map(
        ({ protocol, method, path, spanIds, byteLength, answered }) =>
          `\n  ${protocol} ${method} ${path}: ${spanIds.length} spans, ${byteLength} bytes, answered ${answered ?? "not yet"}`,
      );
    return (
      `accepted ${this.uniqueSpanCount} spans (${this.spanIds.length} with repeats): ` +
      `${names.slice(0, 20).join(", ")}${more}. ${this.requests.length} requests, the last of them:` +
      (requests.join("") || " none")
    );
  }

  #record(received: Omit<ReceivedRequest, "spans" | "spanIds" | "atMillis" | "answered">): ReceivedRequest {
    const decoded = this.#read(received.body);
    const request = { ...received, ...decoded, atMillis: performance.now(), answered: undefined };
    this.requests.push(request);
    this.#announce();
    return request;
  }

  #read(body: Uint8Array): Pick<ReceivedRequest, "spans" | "spanIds"> {
    try {
      if (this.#decode === "count") return { spans: [], spanIds: readSpanIds(body) };
      const spans = decodeSpans(body);
      return { spans, spanIds: spans.map(({ spanId }) => spanId) };
    } catch {
      return { spans: [], spanIds: [] };
    }
  }

  async #choose(request: ReceivedRequest, welcome: boolean): Promise<ScriptedAnswer | undefined> {
    const answer = this.#nextOfScript() ?? this.#respond?.(request) ?? (welcome ? ACCEPT : undefined);
    if (this.#delayMillis > 0) await wait(this.#delayMillis);
    return answer;
  }

  #finish(
    request: ReceivedRequest,
    sent: HttpAnswer | GrpcAnswer | "hang" | "reset",
    answer: ScriptedAnswer | undefined,
  ): void {
    request.answered = typeof sent === "string" ? sent : "status" in sent ? sent.status : sent.code;
    if (answer !== undefined && isAcceptance(answer)) {
      const rejected = answer.kind === "partial" ? answer.rejectedSpans : 0;
      for (const [index, spanId] of request.spanIds.entries()) {
        if (index >= rejected) this.#take(spanId, request.spans[index]);
      }
    }
    this.#announce();
  }

  #nextOfScript(): ScriptedAnswer | undefined {
    const next = this.#script[0];
    if (next === undefined) return undefined;
    next.times -= 1;
    if (next.times < 1) this.#script.shift();
    return next.answer;
  }

  #take(spanId: string, span: CollectedSpan | undefined): void {
    this.spanIds.push(spanId);
    if (span !== undefined) this.spans.push(span);
    if (!this.#unique.has(spanId)) this.#unique.set(spanId, span);
  }

  #announce(): void {
    for (const check of this.#changed) check();
  }

  #push(answer: ScriptedAnswer, times = 1): AnswerScript {
    this.#script.push({ answer, times });
    return {
      // oxlint-disable-next-line unicorn/no-thenable -- the script reads as "answer 503, then 200"; awaiting it throws.
      then: (status, options) => {
        if (typeof status !== "number")
          throw new TypeError("an answer script is not a promise: do not await it");
        return this.answer(status, options);
      },
      thenGrpc: (code, details, options) => this.answerGrpc(code, details, options),
      thenPartial: (rejectedSpans, errorMessage) => this.partial(rejectedSpans, errorMessage),
      thenHang: () => this.hang(),
      thenReset: () => this.reset(),
    };
  }
}

const ACCEPT: ScriptedAnswer = { kind: "http", status: 200 };

/** Starts a receiver on free ports of 127.0.0.1. The caller stops it. */
export async function startOtlpReceiver(options: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
  const receiver = new OtlpReceiver(options);
  await receiver.start();
  return receiver;
}
