// gRPC first, HTTP as the fallback: what the default endpoint and a bare PHOENIX_* endpoint mean.
import type { Answer } from "../delivery/sender.ts";
import { rearm, sayOnce } from "../diagnostics.ts";
import { processSlot } from "../process-slot.ts";
import { nowMillis } from "../real-time.ts";
import type { ExitableSender, ExitRoute } from "./exit-route.ts";
import type { GrpcSender } from "./grpc/grpc-sender.ts";
import type { HttpSender } from "./http/http-sender.ts";
import { isUnreachable } from "./wire/is-unreachable.ts";

/** What {@link FallbackSender} takes. */
export interface FallbackSenderOptions {
  grpc: GrpcSender;
  http: HttpSender;
  /** Where the endpoint came from, as `PHOENIX_COLLECTOR_ENDPOINT` or `default`. */
  source: string;
  /** The clock, in milliseconds. */
  now?: () => number;
}

/** What the process has found out about one target. */
interface Finding {
  chosen: "grpc" | "http" | undefined;
  unreachableSinceMillis: number | undefined;
}

const REACH_MILLIS = 1_000;

/** So long must the chosen side be unreachable before both are tried again. */
const DECIDE_AGAIN_AFTER_MILLIS = 60_000;

/** By the URLs of both sides. */
const findings = processSlot("fallback", 1, () => new Map<string, Finding>());

/**
 * Sends by gRPC when it can be reached within a second, else by HTTP. The first delivery decides,
 * for the whole process; the decision is made again once the chosen side was unreachable for a
 * minute. While neither is reachable nothing is decided.
 */
export class FallbackSender implements ExitableSender {
  readonly #options: FallbackSenderOptions;
  readonly #finding: Finding;
  readonly #now: () => number;
  #deciding: Promise<Answer> | undefined;
  #lastTried: "grpc" | "http" = "grpc";

  constructor(options: FallbackSenderOptions) {
    this.#options = options;
    this.#now = options.now ?? nowMillis;
    this.#finding = findingFor(`${options.grpc.url} ${options.http.url}`);
  }

  get url(): string {
    return this.#options[this.#finding.chosen ?? this.#lastTried].url;
  }

  get maxRequestBytes(): number {
    return this.#options[this.#finding.chosen ?? "grpc"].maxRequestBytes;
  }

  async send(request: Uint8Array, timeoutMillis: number): Promise<Answer> {
    const startMillis = this.#now();
    const leftMillis = (): number => Math.max(1, timeoutMillis - (this.#now() - startMillis));
    if (this.#finding.chosen) return this.#sendTo(this.#finding.chosen, request, timeoutMillis);
    if (!this.#deciding) {
      this.#deciding = this.#decide(request, leftMillis);
      try {
        return await this.#deciding;
      } finally {
        this.#deciding = undefined;
      }
    }
    const answer = await this.#deciding;
    return this.#finding.chosen ? this.#sendTo(this.#finding.chosen, request, leftMillis()) : answer;
  }

  exitRoutes(): readonly ExitRoute[] {
    const { grpc, http } = this.#options;
    if (this.#finding.chosen) return this.#options[this.#finding.chosen].exitRoutes();
    return [...grpc.exitRoutes(), ...http.exitRoutes()];
  }

  close(): void {
    this.#options.grpc.close();
    this.#options.http.close();
  }

  /** Delivers `request` on the side that can be reached, and remembers that side. */
  async #decide(request: Uint8Array, leftMillis: () => number): Promise<Answer> {
    const { grpc, http } = this.#options;
    this.#lastTried = "grpc";
    const whyNot = await grpc.reach(Math.min(REACH_MILLIS, leftMillis()));
    if (whyNot === undefined) {
      this.#finding.chosen = "grpc";
      return this.#sendTo("grpc", request, leftMillis());
    }
    this.#lastTried = "http";
    const answer = await http.send(request, leftMillis());
    if (isUnreachable(answer)) return answer;
    this.#finding.chosen = "http";
    this.#sayFallback(whyNot);
    return answer;
  }

  async #sendTo(side: "grpc" | "http", request: Uint8Array, timeoutMillis: number): Promise<Answer> {
    const answer = await this.#options[side].send(request, timeoutMillis);
    const finding = this.#finding;
    if (!isUnreachable(answer)) {
      finding.unreachableSinceMillis = undefined;
      return answer;
    }
    finding.unreachableSinceMillis ??= this.#now();
    if (this.#now() - finding.unreachableSinceMillis >= DECIDE_AGAIN_AFTER_MILLIS) {
      finding.chosen = undefined;
      rearm(this.#episode);
      finding.unreachableSinceMillis = undefined;
    }
    return answer;
  }

  /** Over when the decision is made again. */
  get #episode(): string {
    return `fallback ${this.#options.grpc.url}`;
  }

  #sayFallback(whyNot: Answer): void {
    const { grpc, http, source } = this.#options;
    const reason = whyNot.kind === "http" ? whyNot.status : reasonText(whyNot);
    const from = source === "default" ? "the default" : `from ${source}`;
    sayOnce(this.#episode, {
      code: "PHX351",
      message:
        `gRPC at ${grpc.url} (${from}) cannot be reached (${reason}); ` +
        `spans go to ${http.url}. Set PHOENIX_GRPC_PORT to the gRPC port, or ` +
        `OTEL_EXPORTER_OTLP_PROTOCOL to "http/protobuf" to use HTTP alone.`,
    });
  }
}

function reasonText(answer: Exclude<Answer, { kind: "http" }>): string {
  if (answer.kind === "grpc") return answer.details;
  return answer.code ?? answer.message;
}

function findingFor(target: string): Finding {
  const known = findings.get(target);
  if (known) return known;
  const finding: Finding = { chosen: undefined, unreachableSinceMillis: undefined };
  findings.set(target, finding);
  return finding;
}
