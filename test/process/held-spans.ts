// The smallest span processor that can be flushed at exit: spans encoded one by one, a sender, and no
// retries. Stands in for the real processors, so that these tests are about the exit alone.
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider, type ReadableSpan, type SpanProcessor } from "@opentelemetry/sdk-trace-node";
import type { Answer } from "../../src/delivery/sender.ts";
import { flushOnExit, spanEndedAtExit } from "../../src/exit-flush.ts";
import type { ExitAnswers } from "../../src/exporters/exit-delivery.ts";
import type { ExitCargo, ExitSource } from "../../src/exit-sources.ts";
import type { ExitableSender } from "../../src/exporters/exit-route.ts";
import { FallbackSender } from "../../src/exporters/fallback-sender.ts";
import { GrpcSender } from "../../src/exporters/grpc-sender.ts";
import { HttpSender } from "../../src/exporters/http-sender.ts";

const REQUEST_BYTES = 512 * 1024;

export class HeldSpans implements SpanProcessor, ExitSource {
  readonly #sender: ExitableSender;
  #spans: Uint8Array[] = [];
  #taken: Uint8Array[][] = [];
  #requestBytes = REQUEST_BYTES;
  #away = false;
  #why = "nobody was asked";

  constructor(sender: ExitableSender) {
    this.#sender = sender;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.#spans.push(ProtobufTraceSerializer.serializeRequest([span]) ?? new Uint8Array());
    spanEndedAtExit();
  }

  /** Starts sending what is there, so that it is in flight when the process ends. */
  send(): void {
    void this.flush(10_000);
  }

  pendingSpans(): number {
    return this.#spans.length;
  }

  async flush(timeoutMillis: number): Promise<void> {
    await Promise.all(
      this.#batches().map(async (batch) => {
        this.#settle(batch, await this.#sender.send(Buffer.concat(batch), timeoutMillis));
      }),
    );
  }

  takeForExit(): ExitCargo {
    this.#taken = this.#batches();
    const requests = this.#taken.map((batch) => Buffer.concat(batch));
    return { requests, routes: this.#sender.exitRoutes(), knownAway: this.#away };
  }

  settleExit(answers: ExitAnswers): boolean {
    this.#taken.forEach((batch, index) => this.#settle(batch, answers[index]));
    const tooLarge = answers.some((answer) => answer?.kind === "http" && answer.status === 413);
    if (tooLarge) this.#requestBytes /= 2;
    return tooLarge;
  }

  explainPending(): string {
    return `${this.#sender.url} ${this.#why}.`;
  }

  async forceFlush(): Promise<void> {
    await this.flush(10_000);
  }

  async shutdown(): Promise<void> {
    await this.flush(10_000);
  }

  #batches(): Uint8Array[][] {
    const batches: Uint8Array[][] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const span of this.#spans) {
      if (bytes + span.byteLength > this.#requestBytes) {
        batches.push([]);
        bytes = 0;
      }
      batches.at(-1)?.push(span);
      bytes += span.byteLength;
    }
    return batches;
  }

  #settle(batch: readonly Uint8Array[], answer: Answer | undefined): void {
    this.#away = answer?.kind === "network";
    if (answer === undefined) this.#why = "did not answer in time";
    else if (answer.kind === "network") this.#why = `failed with ${answer.code}`;
    else if (answer.kind === "grpc" && answer.code !== 0)
      this.#why = `answered ${answer.code} ${answer.details}`;
    else if (answer.kind === "http" && answer.status !== 200) this.#why = `answered ${answer.status}`;
    else {
      const gone = new Set(batch);
      this.#spans = this.#spans.filter((span) => !gone.has(span));
    }
  }
}

/** A provider whose spans are held, then flushed at exit; `ways` as in the environment variable WAY. */
export function start(environment: Record<string, string | undefined>): {
  provider: NodeTracerProvider;
  held: HeldSpans;
  undo: () => void;
} {
  const held = new HeldSpans(createSender(environment));
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": "process-test" }),
    spanProcessors: [held],
  });
  const undo = environment["FLUSH_ON_EXIT"] === "false" ? () => undefined : flushOnExit(held, environment);
  return { provider, held, undo };
}

function createSender(environment: Record<string, string | undefined>): ExitableSender {
  const { WAY, HTTP_URL = "", GRPC_URL = "", CA } = environment;
  const tls = CA === undefined ? {} : { certificate: { path: CA, source: "CA" } };
  const shared = { headers: { "x-key": "secret" }, tls, holdsProcess: false };
  const http = new HttpSender({ ...shared, url: HTTP_URL });
  if (WAY === "http") return http;
  const grpc = new GrpcSender({ ...shared, url: GRPC_URL });
  return WAY === "grpc" ? grpc : new FallbackSender({ grpc, http, source: "GRPC_URL" });
}
