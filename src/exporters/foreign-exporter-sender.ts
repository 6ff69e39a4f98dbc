// A span exporter of somebody else as a Sender: it gets spans, its results become answers.
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import { GRPC_STATUS } from "../delivery/grpc-status.ts";
import type { Answer } from "../delivery/sender.ts";
import { errorText } from "../diagnostics.ts";
import { withDeadline } from "../deadline.ts";
import type { ExitableSender, ExitRoute } from "./exit-route.ts";
import type { OutgoingSpan } from "../spans/outgoing-span.ts";
import { networkAnswer } from "./wire/network-answer.ts";
import { untraced } from "./wire/untraced.ts";

type ExportResult = Parameters<Parameters<SpanExporter["export"]>[1]>[0];

const TAKEN: Answer = { kind: "http", status: 200 };

/** Hands spans to a `SpanExporter`. Its requests are tickets that stand for the spans. */
export class ForeignExporterSender implements ExitableSender {
  readonly url: string;
  readonly maxRequestBytes: number = Infinity;
  /** OpenTelemetry's exporters do, until their own time is over. */
  readonly repeats = true;
  readonly #exporter: SpanExporter;
  readonly #tickets = new WeakMap<Uint8Array, OutgoingSpan[]>();

  constructor(exporter: SpanExporter) {
    this.#exporter = exporter;
    this.url = exporter.constructor.name;
  }

  /** The request that stands for these spans. */
  join(spans: readonly OutgoingSpan[]): Uint8Array {
    const ticket = new Uint8Array(1);
    this.#tickets.set(ticket, [...spans]);
    return ticket;
  }

  async send(ticket: Uint8Array, timeoutMillis: number): Promise<Answer> {
    const spans = this.#tickets.get(ticket) ?? [];
    try {
      return await withDeadline(timeoutMillis, true, () => this.#export(spans));
    } catch (error) {
      return networkAnswer(error as Error);
    }
  }

  /** None: somebody else's exporter cannot be run in the worker that sends at exit. */
  exitRoutes(): readonly ExitRoute[] {
    return [];
  }

  /** Lets the exporter flush what it holds itself, for `timeoutMillis` at most. Never rejects. */
  async forceFlush(timeoutMillis: number): Promise<void> {
    try {
      await withDeadline(timeoutMillis, true, async () => this.#exporter.forceFlush?.());
    } catch {
      // Delivery has said why its spans were not taken.
    }
  }

  close(): void {
    void this.#shutdown();
  }

  async #shutdown(): Promise<void> {
    try {
      await this.#exporter.shutdown();
    } catch {
      // It has every span that it took; there is nothing left to do for those.
    }
  }

  async #export(spans: OutgoingSpan[]): Promise<Answer> {
    try {
      const result = await untraced(
        () => new Promise<ExportResult>((resolve) => this.#exporter.export(spans, resolve)),
      );
      return (result.code as number) === 0 ? TAKEN : failure(result.error);
    } catch (error) {
      return failure(error);
    }
  }
}

/** OpenTelemetry's exporters tell an HTTP status, a gRPC code or a network code; the rest is unknown. */
function failure(error: unknown): Answer {
  const { code, details } = (error ?? {}) as { code?: unknown; details?: unknown };
  if (typeof code === "string") return { kind: "network", code, message: errorText(error) };
  if (typeof code === "number" && code >= 100) {
    return { kind: "http", status: code };
  }
  const isGrpc = typeof code === "number" && typeof details === "string";
  return {
    kind: "grpc",
    // Unknown: tried again some times, then the spans are searched for the one that cannot be exported.
    code: isGrpc ? code : GRPC_STATUS.UNKNOWN,
    details: isGrpc ? details : errorText(error),
  };
}
