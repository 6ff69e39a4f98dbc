// The SDK's provider with Phoenix's resource, limits and a replaceable default processor.
import { ProxyTracerProvider, type Tracer } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import { NodeTracerProvider, type SpanProcessor, type TracerConfig } from "@opentelemetry/sdk-trace-node";
import { SEMRESATTRS_PROJECT_NAME } from "@arizeai/openinference-semantic-conventions";
import type { TracerProviderOptions } from "./config/options.ts";
import { currentSurroundings } from "./config/environment.ts";
import { resolveConfigIn } from "./config/resolve-config.ts";
import type { ResolvedConfig } from "./config/resolved-config.ts";
import { within } from "./deadline.ts";
import type { DeliveryStats } from "./delivery/counters.ts";
import type { FlushResult } from "./delivery/delivery.ts";
import { createConnection } from "./exporters/connection.ts";
import { globalTracerProvider } from "./globals.ts";
import { setMaxValueLength } from "./openinference/value-limit.ts";
import { processSlot } from "./process-slot.ts";
import { notePhoenixResource } from "./context/phoenix-spans.ts";
import { keepContext } from "./processors/context-manager.ts";
import { leavingOf } from "./processors/leaving.ts";
import { endSpansOnExit } from "./exit/flush-on-exit.ts";
import { PhoenixSpanProcessor } from "./processors/phoenix-span-processor.ts";
import { SpanProcessorList } from "./processors/span-processor-list.ts";
import { environmentResource, resourceOf } from "./provider-resource.ts";
import { RandomIds } from "./random-ids.ts";
import { ReplaceableTracer } from "./replaceable-tracer.ts";
import { report } from "./report.ts";
import { noteOurProvider, TraceJoiningIds } from "./start-beside.ts";
import { addKindMethods, type OpenInferenceTracer } from "./tracer.ts";

const FLUSH_TIMEOUT_MILLIS = 30_000;
/** A flush keeps the process alive, and nobody waits for this one. */
const HAND_OVER_TIMEOUT_MILLIS = 10_000;

/** How {@link TracerProvider.addSpanProcessor} treats the default processor. */
export interface AddSpanProcessorOptions {
  /**
   * Whether the processor takes the place of the default Phoenix processor. The default processor
   * delivers what it holds and is gone after the first call.
   * @defaultValue true
   */
  replaceDefault?: boolean;
}

/**
 * OpenTelemetry's `NodeTracerProvider` with Phoenix's endpoint, project and attribute limit. Without
 * `spanProcessors` it gets a Phoenix processor by itself.
 *
 * @throws PhoenixConfigError when an option is wrong; a wrong environment variable warns instead.
 */
export class TracerProvider extends NodeTracerProvider {
  readonly #processors: SpanProcessorList;
  readonly #disabled: boolean;
  /** Whether spans of it may make the process keep a context: `global: false` touches nothing global. */
  readonly #keepsContext: boolean;
  readonly #flushTimeoutMillis: number;
  readonly #tracers = new Map<string, OpenInferenceTracer>();
  #default: SpanProcessor | undefined;
  #isShutdown = false;
  #ready: Promise<unknown> = Promise.resolve();
  #leaveSpansOpen: (() => void) | undefined;

  /** `config` is for `register()`, which resolved the options already and reports by itself. */
  constructor(options: TracerProviderOptions = {}, config?: ResolvedConfig) {
    const resolved =
      config ?? resolveConfigIn(options, currentSurroundings(), "new TracerProvider", "TracerProvider");
    const disabled = resolved.disabled.value;
    const given = disabled ? [] : (options.spanProcessors ?? ["auto"]);
    const sends = given.includes("auto") && resolved.sendsTraces.value;
    const phoenix = sends ? createPhoenixProcessor(options, resolved) : undefined;
    const list = new SpanProcessorList(
      given.flatMap((each) => (each === "auto" ? (phoenix ?? []) : each)),
      { ...leavingOf(options, resolved.masking), readsContext: true, spool: resolved.spool?.value },
    );
    const environment = environmentResource();
    const sdk = sdkConfig(options, resolved, list, environment);
    super(sdk);
    setMaxValueLength(sdk.resource, resolved.maxValueLength.value);
    noteOurProvider(this);
    notePhoenixResource(
      sdk.resource,
      resolved.projectName.value,
      environment?.attributes[SEMRESATTRS_PROJECT_NAME],
    );
    this.#processors = list;
    this.#default = phoenix;
    // Processors of others know nothing of what is open when the process ends.
    const isSilent = disabled || (given.length > 0 && given.every((each) => each === "auto"));
    const isForeign = phoenix === undefined && !isSilent;
    if (isForeign && resolved.flushOnExit.value) this.#leaveSpansOpen = endSpansOnExit();
    this.#disabled = disabled;
    this.#keepsContext = resolved.global.value && !disabled;
    this.#flushTimeoutMillis = options.forceFlushTimeoutMillis ?? FLUSH_TIMEOUT_MILLIS;
    if (config === undefined) report(resolved);
  }

  /**
   * A tracer of this provider with one method per span kind, or, once {@link handOver} was called, of
   * its successor.
   */
  override getTracer(name: string, version?: string, options?: { schemaUrl?: string }): OpenInferenceTracer {
    if (this.#keepsContext && globalTracerProvider() === this) keepContext();
    const key = JSON.stringify([name, version, options?.schemaUrl]);
    let tracer = this.#tracers.get(key);
    if (tracer === undefined) {
      tracer = addKindMethods(new ReplaceableTracer(this.#followed(name, version, options)));
      this.#tracers.set(key, tracer);
    }
    return tracer;
  }

  /** Gives the tracer that spans start with now. */
  #followed(...identity: Parameters<TracerProvider["getTracer"]>): () => Tracer {
    const own = this.#disabled
      ? new ProxyTracerProvider().getTracer(...identity)
      : super.getTracer(...identity);
    let followed: TracerProvider | undefined;
    let tracer = own;
    return () => {
      if (this.#keepsContext) keepContext();
      const { current } = lineOf(this);
      if (current === this) return own;
      if (current !== followed) {
        followed = current;
        tracer = current.getTracer(...identity);
      }
      return tracer;
    };
  }

  /** Adds a processor after construction; by default it takes the place of the Phoenix processor. */
  addSpanProcessor(processor: SpanProcessor, options: AddSpanProcessorOptions = {}): void {
    if (!(#processors in this)) {
      addToBase(this, processor);
      return;
    }
    const replaced = (options.replaceDefault ?? true) ? this.#default : undefined;
    this.#processors.add(processor);
    if (replaced === undefined) return;
    this.#default = undefined;
    this.#processors.remove(replaced);
    const list = new SpanProcessorList([replaced]);
    void list.forceFlush();
    list.retire();
  }

  /**
   * Delivers every ended span, and resolves when that is done or `timeoutMillis` (30,000 by default)
   * passed. Never rejects: what could not be delivered is said on stderr.
   */
  override async forceFlush(options: { timeoutMillis?: number } = {}): Promise<void> {
    const timeoutMillis = options.timeoutMillis ?? this.#flushTimeoutMillis;
    await within(timeoutMillis, this.#processors.forceFlush(timeoutMillis));
  }

  /** As {@link forceFlush}, and tells what the Phoenix processors of this provider achieved. */
  async flush(options: { timeoutMillis?: number } = {}): Promise<FlushResult> {
    const timeoutMillis = options.timeoutMillis ?? this.#flushTimeoutMillis;
    const flush = this.#processors.flush(timeoutMillis);
    await within(timeoutMillis, flush.done);
    // A copy: what is done later is added to the sum.
    return { ...flush.result };
  }

  /** What became of every span of the Phoenix processors: `emitted` is the sum of the other counts. */
  stats(): DeliveryStats {
    return this.#processors.stats();
  }

  /**
   * Resolves when everything asynchronous of `register()` is done: only where Node cannot require() an ES module does
   * `autoInstrument` have to wait for SDKs that were imported before. Never rejects.
   */
  get ready(): Promise<void> {
    return this.#ready.then(() => undefined);
  }

  /** Makes {@link ready} wait for `work`, which does not reject. For `register()`. */
  awaits(work: Promise<unknown>): void {
    this.#ready = Promise.all([this.#ready, work]);
  }

  /** Whether {@link shutdown} was called. */
  get isShutdown(): boolean {
    return this.#isShutdown;
  }

  /**
   * Delivers every ended span and takes no more; resolves when that is done or `timeoutMillis` (30,000 by default)
   * passed. Never rejects.
   */
  override async shutdown(options: { timeoutMillis?: number } = {}): Promise<void> {
    this.#isShutdown = true;
    this.#leaveSpansOpen?.();
    const timeoutMillis = options.timeoutMillis ?? this.#flushTimeoutMillis;
    await within(timeoutMillis, this.#processors.shutdown(timeoutMillis));
  }

  /**
   * Lets tracers taken from this provider start their next spans with `successor`, and flushes. The Phoenix processors of
   * this provider, but those that are `kept`, hold nothing of the process any more once they are empty; spans of this
   * provider that end later are still delivered by them.
   */
  handOver(successor: TracerProvider, kept: readonly unknown[] = []): void {
    const line = lineOf(this);
    line.current = successor;
    lines.set(successor, line);
    this.#leaveSpansOpen?.();
    void this.forceFlush({ timeoutMillis: HAND_OVER_TIMEOUT_MILLIS });
    this.#processors.retire(kept);
  }
}

/**
 * Gives a provider whose spans go nowhere, for tests, dry runs and switched-off tracing: the program stays as it is.
 */
export function createNoOpProvider(): TracerProvider {
  return new TracerProvider({ spanProcessors: [], flushOnExit: false });
}

/**
 * Datadog's tracer puts a class of its own in the place of the SDK's, whose constructor hands over the processors by the method
 * that we override (`DD_TRACE_OTEL_ENABLED`).
 */
function addToBase(provider: NodeTracerProvider, processor: SpanProcessor): void {
  const { addSpanProcessor } = NodeTracerProvider.prototype as Partial<
    Pick<TracerProvider, "addSpanProcessor">
  >;
  addSpanProcessor?.call(provider as TracerProvider, processor);
}

/** Providers that took over from each other. Only the latest is kept alive by it. */
interface Line {
  current: TracerProvider;
}

/** Process-wide, since register() of one loaded copy may replace the provider of another. */
const lines = processSlot("provider-lines", 1, () => new WeakMap<TracerProvider, Line>());

function lineOf(provider: TracerProvider): Line {
  let line = lines.get(provider);
  if (line === undefined) {
    line = { current: provider };
    lines.set(provider, line);
  }
  return line;
}

function createPhoenixProcessor(options: TracerProviderOptions, config: ResolvedConfig): SpanProcessor {
  const { traceConfig, mask, spanFilter, translate } = options;
  return new PhoenixSpanProcessor(
    {
      connection: createConnection(config),
      masking: config.masking,
      options: {
        flushOnExit: config.flushOnExit.value,
        ...(traceConfig && { traceConfig }),
        ...(mask && { mask }),
        ...(spanFilter && { spanFilter }),
        ...(translate !== undefined && { translate }),
      },
    },
    { immediate: !config.batch.value },
  );
}

function sdkConfig(
  options: TracerProviderOptions,
  config: ResolvedConfig,
  processors: SpanProcessorList,
  environment: Resource | undefined,
): TracerConfig & { resource: Resource } {
  return {
    ...options,
    resource: resourceOf(options, config, environment),
    idGenerator: new TraceJoiningIds(options.idGenerator ?? new RandomIds()),
    spanLimits: {
      ...options.spanLimits,
      attributeCountLimit: config.attributeCountLimit.value,
    },
    spanProcessors: [processors],
  };
}
