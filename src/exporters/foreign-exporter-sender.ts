// A span exporter of somebody else as a Sender: it gets spans, its results become answers.
import type { SpanExporter } from "@opentelemetry/sdk-trace-node";
import { GRPC_STATUS } from "../delivery/grpc-status.ts";
import type { Answer } from "../delivery/sender.ts";
import { errorText } from "../diagnostics.ts";
import { withDeadline } from "../deadline.ts";
import type { OutgoingSpan } from "../spans/outgoing-span.ts";
import type { ExitableSender, ExitRoute } from "./exit-route.ts";
import { networkAnswer } from "./wire/network-answer.ts";
import { untraced } from "./wire/untraced.ts";

type ExportResult = Parameters<Parameters<SpanExporter["export"]>[1]>[0];

const TAKEN: Answer = { kind: "http", status: 200 };

/** What delivery holds of a span. */
interface Carrier {
  readonly span?: OutgoingSpan;
}

/**
 * Hands spans to a `SpanExporter`. Its requests are tickets that stand for the spans. As OpenTelemetry has it, `export()`
 * is not called again before it called back, however long that takes.
 */
export class ForeignExporterSender implements ExitableSender {
  readonly url: string;
  readonly maxRequestBytes: number = Infinity;
  /** OpenTelemetry's exporters do, until their own time is over. */
  readonly repeats = true;
  readonly #exporter: SpanExporter;
  readonly #tickets = new WeakMap<Uint8Array, readonly Carrier[]>();
  /** The call that did not call back yet. */
  #open: Promise<Answer> | undefined;
  /** A call may succeed after its attempt was given up: what it took does not go a second time. */
  readonly #taken = new WeakSet<Carrier>();

  constructor(exporter: SpanExporter) {
    this.#exporter = exporter;
    this.url = nameOf(exporter);
  }

  /** The request that stands for these spans. */
  join(carriers: readonly Carrier[]): Uint8Array {
    const ticket = new Uint8Array(1);
    this.#tickets.set(ticket, carriers);
    return ticket;
  }

  /**
   * Calls the exporter at once when it is free, and gives the answer at once when it calls back so. Otherwise the
   * deadline begins with the call.
   */
  send(ticket: Uint8Array, timeoutMillis: number): Answer | Promise<Answer> {
    if (this.#open !== undefined) return this.#open.then(() => this.send(ticket, timeoutMillis));
    const carriers = this.#tickets.get(ticket)?.filter((each) => !this.#taken.has(each)) ?? [];
    return carriers.length === 0 ? TAKEN : this.#export(carriers, timeoutMillis);
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

  /** The exporter is the program's, which may use it on, or give it to several processors: it is never shut down here. */
  close(): void {}

  #export(carriers: readonly Carrier[], timeoutMillis: number): Answer | Promise<Answer> {
    let answer: Answer | undefined;
    let close: ((answer: Answer) => void) | undefined;
    const call = new Promise<Answer>((resolve) => (close = resolve));
    this.#open = call;
    const settle = (given: Answer): void => {
      if (answer !== undefined) return;
      answer = given;
      this.#open = undefined;
      if (given === TAKEN) for (const carrier of carriers) this.#taken.add(carrier);
      close?.(given);
    };
    try {
      const spans = carriers.flatMap(({ span }) => span ?? []);
      const returned: unknown = untraced(() =>
        this.#exporter.export(spans, (result) => settle(answerOf(result))),
      );
      // Where `export` is an async function, its failure would end the program.
      if (isThenable(returned)) returned.then(undefined, (error) => settle(failure(error)));
    } catch (error) {
      settle(failure(error));
    }
    return answer ?? within(timeoutMillis, call);
  }
}

async function within(timeoutMillis: number, call: Promise<Answer>): Promise<Answer> {
  try {
    return await withDeadline(timeoutMillis, true, () => call);
  } catch (error) {
    return networkAnswer(error as Error);
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as PromiseLike<unknown> | undefined)?.then === "function";

/** For messages. An exporter may have no prototype, and a class no name. */
function nameOf(exporter: SpanExporter): string {
  try {
    return exporter.constructor.name || "exporter";
  } catch {
    return "exporter";
  }
}

function answerOf(result: ExportResult | undefined): Answer {
  try {
    return (result?.code as number | undefined) === 0 ? TAKEN : failure(result?.error);
  } catch (error) {
    return failure(error);
  }
}

function failure(error: unknown): Answer {
  try {
    return answerOfError(error);
  } catch {
    return { kind: "grpc", code: GRPC_STATUS.UNKNOWN, details: "its error cannot be read" };
  }
}

/** OpenTelemetry's exporters tell an HTTP status, a gRPC code or a network code; the rest is unknown. */
function answerOfError(error: unknown): Answer {
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
