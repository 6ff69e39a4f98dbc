// From the span that ends to the delivery of its bytes: all that a processor needs once there is a span.
import { TraceFlags } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import type { DeliveryStats } from "../delivery/counters.ts";
import type { RequestStore } from "../delivery/keeping.ts";
import { Delivery, FLUSH_TIMEOUT_MILLIS, type FlushResult } from "../delivery/delivery.ts";
import { errorText } from "../diagnostics.ts";
import type { ExitCargo, ExitSource } from "../exit/exit-sources.ts";
import { deliverNow, prepareExit } from "../exit/flush-on-exit.ts";
import type { ExitableSender } from "../exporters/exit-route.ts";
import { ForeignExporterSender } from "../exporters/foreign-exporter-sender.ts";
import { encodeSpan, type EncodedSpan, releaseSpan } from "../otlp/encode-span.ts";
import { createRequestJoiner, resourcesReady } from "../otlp/join-request.ts";
import { shortenSpan } from "../otlp/shorten-span.ts";
import { within } from "../deadline.ts";
import { isLoopStopped, loopGoesOn, nowMillis } from "../real-time.ts";
import { holdableSpan } from "../spans/holdable-span.ts";
import type { OutgoingSpan } from "../spans/outgoing-span.ts";
import type { DeliveryBounds } from "./delivery-knobs.ts";
import type { Leaving } from "./leaving.ts";
import { createLeavingSteps, type LeavingSteps } from "./leaving-steps.ts";
import { describeSettings } from "../config/describe-settings.ts";
import { currentSurroundings } from "../config/environment.ts";
import type { ProcessorArguments } from "./processor-arguments.ts";
import { projectOf } from "./span-project.ts";
import { testMode } from "../test-mode.ts";

/** A span in the queue: as bytes, or as itself where an exporter of somebody else wants it. */
type QueuedSpan = EncodedSpan & { readonly span?: OutgoingSpan };

/** How a processor delivers. */
export interface SpanDeliverySettings extends DeliveryBounds {
  /** Sends each span at once, one request at a time. */
  readonly immediate: boolean;
  readonly flushOnExit: boolean;
  /** Told at the end of `shutdown()`, before what is left is given up. */
  readonly leaving: () => void;
}

/** Encodes every sampled span and delivers it. No method throws or rejects. */
export class SpanDelivery {
  readonly #given: ProcessorArguments;
  #steps: LeavingSteps;
  readonly #delivery: Delivery<QueuedSpan>;
  readonly #sender: ExitableSender;
  readonly #foreign: ForeignExporterSender | undefined;
  #filteredSpans = 0;
  /** Spans of each project that the program named. */
  readonly #projects = new Map<string, number>();

  constructor(
    given: ProcessorArguments,
    { flushOnExit, ...settings }: SpanDeliverySettings,
    leaving: Leaving,
  ) {
    const { config, timeoutMillis } = given.connection;
    this.#given = given;
    this.#steps = createLeavingSteps(leaving, given);
    this.#steps.masking.load();
    const foreign = given.foreignExporter && new ForeignExporterSender(given.foreignExporter);
    this.#foreign = foreign;
    this.#sender = foreign ?? given.connection.createSender(flushOnExit);
    this.#delivery = new Delivery<QueuedSpan>({
      ...settings,
      sender: this.#sender,
      ready: (items) => (isLoopStopped() ? loopGoesOn() : resourcesReady(items)),
      ...(foreign
        ? { join: (items) => foreign.join(items), sendsWithin: settings.immediate }
        : { join: createRequestJoiner(), shrink: shortenSpan, discard: releaseSpan }),
      describe: {
        ...(foreign ? { endpointSource: "option exporter", isExporter: true } : describeSettings(config)),
        projects: () => Object.keys(this.#projectCounts()),
      },
      attemptTimeoutMillis: timeoutMillis,
    });
    if (flushOnExit) prepareExit();
  }

  /** Decides what of spans leaves from now on. */
  leave(leaving: Leaving): void {
    this.#steps = createLeavingSteps(leaving, this.#given);
  }

  /** Takes note of a span that starts, for the filter. */
  spanStarted(span: ReadableSpan): void {
    this.#steps.filter?.started(span);
  }

  /** Takes a span that ended; gives whether it is one to deliver. */
  add(span: ReadableSpan): boolean {
    let item: QueuedSpan;
    try {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return false;
      const outgoing = this.#steps.prepare(span);
      if (outgoing === undefined) {
        this.#filteredSpans++;
        return false;
      }
      const project = projectOf(span);
      if (project !== undefined) this.#projects.set(project, (this.#projects.get(project) ?? 0) + 1);
      item = encodeSpan(outgoing);
      if (this.#foreign !== undefined) {
        // Its bytes tell only how much of the queue it takes.
        releaseSpan(item);
        item = { ...item, span: holdableSpan(outgoing) };
      }
    } catch (error) {
      this.#delivery.addUnreadable(nameOf(span), errorText(error));
      return false;
    }
    this.#delivery.add(item);
    return true;
  }

  /** For a process in which nothing is delivered: what would leave of a span that ended is there to be asked for. */
  prepareOnly(span: ReadableSpan): void {
    try {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
      testMode.left.set(span, this.#steps.prepare(span) ?? null);
    } catch {
      // A span that cannot be read does not leave.
      testMode.left.set(span, null);
    }
  }

  /** Waits until every span that ended before is delivered, or the time is up, and tells what was achieved. */
  async flush(timeoutMillis: number = FLUSH_TIMEOUT_MILLIS): Promise<FlushResult> {
    const startMillis = nowMillis();
    const left = (): number => Math.max(0, startMillis + timeoutMillis - nowMillis());
    const delivered = this.#deliverStopped(timeoutMillis);
    const { delivered: later, ...rest } = await this.#delivery.flush(
      delivered === undefined ? timeoutMillis : 0,
    );
    const result = { delivered: later + (delivered ?? 0), ...rest };
    const uploads = this.#steps.masking.settled();
    if (uploads !== undefined) await within(left(), uploads);
    await this.#foreign?.forceFlush(left());
    return this.#steps.filter === undefined ? result : { ...result, filtered: this.#filteredSpans };
  }

  /**
   * Where nothing gets on by itself, delivers as at the end of the process; gives how many spans were taken then, and
   * nothing everywhere else.
   */
  #deliverStopped(timeoutMillis: number): number | undefined {
    if (this.#foreign !== undefined || !isLoopStopped()) return undefined;
    const { delivered } = this.#delivery.stats();
    deliverNow(this.#asExitSource(), currentSurroundings().environment, timeoutMillis);
    return this.#delivery.stats().delivered - delivered;
  }

  #asExitSource(): ExitSource {
    return {
      pendingSpans: () => this.pendingSpans,
      settledSpans: () => this.settledSpans,
      flush: (timeoutMillis) => this.flushBeforeExit(timeoutMillis),
      takeForExit: () => this.takeForExit(),
      settleExit: (answers) => this.settleExit(answers),
      explainPending: () => this.explanation,
    };
  }

  /** Spans of each project, the processor's own included; none while the program named no other. */
  #projectCounts(): Record<string, number> {
    if (this.#projects.size === 0) return {};
    const own = this.#given.connection.config.projectName.value;
    const counts: Record<string, number> = {};
    let others = 0;
    for (const [name, spans] of this.#projects) {
      counts[name] = spans;
      others += spans;
    }
    const rest = this.#delivery.stats().emitted - others;
    return rest === 0 ? counts : { ...counts, [own]: rest + (counts[own] ?? 0) };
  }

  /** What became of every span so far. */
  stats(): DeliveryStats {
    const stats = this.#delivery.stats();
    const filtered = this.#filteredSpans;
    const projects = this.#projectCounts();
    return {
      ...stats,
      emitted: stats.emitted + filtered,
      filtered,
      ...(Object.keys(projects).length > 0 && { projects }),
    };
  }

  /** Flushes, says what is left behind, and counts later spans as dropped. */
  async shutdown(timeoutMillis: number = FLUSH_TIMEOUT_MILLIS): Promise<void> {
    const startMillis = nowMillis();
    const isStopped = this.#deliverStopped(timeoutMillis) !== undefined;
    await this.#delivery.shutdown(isStopped ? 0 : timeoutMillis);
    await this.#foreign?.forceFlush(Math.max(0, startMillis + timeoutMillis - nowMillis()));
  }

  /** Gives what is pending to a store; gives how many spans that keeps. An exporter of somebody else takes no bytes. */
  keep(store: RequestStore): number {
    return this.#foreign === undefined ? this.#delivery.keep(store) : 0;
  }

  /** Closes the connections; a later span opens them again. An exporter of somebody else is left as it is. */
  rest(): void {
    if (this.#foreign === undefined) this.#sender.close();
  }

  /** Ended spans that no server has taken yet, those in flight included. */
  get pendingSpans(): number {
    const { queued, inFlight } = this.#delivery.stats();
    return queued + inFlight;
  }

  /** Spans that were taken, or given up. */
  get settledSpans(): number {
    return this.#delivery.stats().emitted - this.pendingSpans;
  }

  /** {@link flush} for a process that is about to end: says nothing about failures. */
  flushBeforeExit(timeoutMillis: number): Promise<void> {
    return this.#delivery.flushBeforeExit(timeoutMillis);
  }

  /** What is pending, and the ways to the server, for the exit flush. */
  takeForExit(): ExitCargo {
    return {
      routes: this.#sender.exitRoutes(),
      requests: this.#delivery.takeForExit(),
      knownAway: this.#delivery.isServerAway,
    };
  }

  /** The answers to {@link takeForExit}; gives whether taking again helps at once. */
  settleExit(answers: Parameters<ExitSource["settleExit"]>[0]): boolean {
    return this.#delivery.settleExit(answers);
  }

  /** Why spans are pending. */
  get explanation(): string {
    return this.#delivery.explanation;
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
