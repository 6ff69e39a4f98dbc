// Delivery behind OpenTelemetry's SpanProcessor: what the batch, the simple and the default processor share.
import { TraceFlags } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { currentSurroundings } from "../config/environment.ts";
import type { DeliveryStats } from "../delivery/counters.ts";
import { Delivery, FLUSH_TIMEOUT_MILLIS, type FlushResult } from "../delivery/delivery.ts";
import { errorText } from "../diagnostics.ts";
import { flushOnExit, spanEndedAtExit } from "../exit-flush.ts";
import { ExporterSender } from "../exporters/exporter-sender.ts";
import { encodeSpan, type EncodedSpan, releaseSpan } from "../otlp/encode-span.ts";
import { createRequestJoiner, resourcesReady } from "../otlp/join-request.ts";
import { shortenSpan } from "../otlp/shorten-span.ts";
import { withProject } from "../otlp/with-project.ts";
import { addFlush, type Flush } from "../serverless/living-flushes.ts";
import { RequestFlush } from "../serverless/request-flush.ts";
import { resolveKnobs } from "./delivery-knobs.ts";
import { describeSettings } from "./describe-settings.ts";
import { createExitSource } from "./exit-source.ts";
import type { ProcessorArguments } from "./processor-arguments.ts";

/** An encoded span, with the span itself where an exporter of somebody else wants it. */
type QueuedSpan = EncodedSpan & { readonly span?: ReadableSpan };

/** What differs between the processors. */
export interface ProcessorManner {
  /** Sends each span at once, one request at a time. */
  readonly immediate: boolean;
}

/** Delivers every sampled span that ends. Each method is as OpenTelemetry has it; none throws or rejects. */
export class PhoenixSpanProcessor implements SpanProcessor {
  readonly #delivery: Delivery<QueuedSpan>;
  readonly #foreign: ExporterSender | undefined;
  readonly #stopExitFlush: () => void;
  readonly #removeFlush: () => void;
  readonly #requestFlush: RequestFlush;

  constructor(given: ProcessorArguments, { immediate }: ProcessorManner) {
    const { options, foreignExporter } = given;
    const { config, timeoutMillis } = given.connection;
    const caller = immediate ? "new SimpleSpanProcessor" : "new BatchSpanProcessor";
    const flushesOnExit = options.flushOnExit ?? true;
    const projectName = config.projectName.value;
    const foreign = foreignExporter && new ExporterSender(foreignExporter, projectName);
    const sender = foreign ?? given.connection.createSender(flushesOnExit);
    this.#foreign = foreign;
    this.#delivery = new Delivery<QueuedSpan>({
      ...resolveKnobs(options, config.batching, caller),
      sender,
      join: foreign
        ? (spans) => foreign.join(spans.flatMap(({ span }) => span ?? []))
        : createRequestJoiner(withProject(projectName)),
      ready: resourcesReady,
      shrink: shortenSpan,
      discard: releaseSpan,
      describe: foreign ? { endpointSource: "option exporter" } : describeSettings(config),
      immediate,
      attemptTimeoutMillis: timeoutMillis,
    });
    this.#stopExitFlush = flushesOnExit
      ? flushOnExit(createExitSource(this.#delivery, sender), currentSurroundings().environment)
      : () => undefined;
    const flush: Flush = (limitMillis) => this.flush(limitMillis);
    this.#removeFlush = addFlush(flush);
    this.#requestFlush = new RequestFlush(flush);
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    let encoded: EncodedSpan;
    try {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      encoded = encodeSpan(span);
    } catch (error) {
      this.#delivery.addUnreadable(nameOf(span), errorText(error));
      return;
    }
    this.#delivery.add(this.#foreign ? { ...encoded, span } : encoded);
    spanEndedAtExit();
    this.#requestFlush.spanEnded(span);
  }

  /** Waits until every span that ended before is delivered, 10 s at most. Resolves also when the server is down. */
  async forceFlush(): Promise<void> {
    await this.flush();
  }

  /** As {@link forceFlush}, with what it achieved. */
  async flush(timeoutMillis: number = FLUSH_TIMEOUT_MILLIS): Promise<FlushResult> {
    const startMillis = performance.now();
    const result = await this.#delivery.flush(timeoutMillis);
    await this.#foreign?.forceFlush(Math.max(0, startMillis + timeoutMillis - performance.now()));
    return result;
  }

  /** What became of every span so far: `emitted` is the sum of the others. */
  stats(): DeliveryStats {
    return this.#delivery.stats();
  }

  /** Flushes, says what is left behind, and counts later spans as dropped. */
  async shutdown(): Promise<void> {
    await this.#delivery.shutdown();
    this.#stopExitFlush();
    this.#removeFlush();
  }
}

/** What a span that cannot be encoded is called, if not even its name can be read. */
function nameOf(span: ReadableSpan): string {
  try {
    return typeof span.name === "string" ? span.name : "?";
  } catch {
    return "?";
  }
}
