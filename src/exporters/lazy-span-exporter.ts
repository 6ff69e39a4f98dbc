// A SpanExporter that loads OpenTelemetry's on the first export, and anew when the headers changed.
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";
import { LaterMasking } from "../masking/later-masking.ts";
import { normalise, withContent } from "../spans/outgoing-span.ts";
import { testMode } from "../test-mode.ts";
import { untraced } from "./wire/untraced.ts";
import { attachConnection, type ExporterConnection } from "./connection.ts";

type ResultCallback = Parameters<SpanExporter["export"]>[1];
type Headers = Readonly<Record<string, string>>;

/** OpenTelemetry's `ExportResultCode`, which is not in a package of ours. */
const SUCCESS: Parameters<ResultCallback>[0]["code"] = 0;
const FAILED: Parameters<ResultCallback>[0]["code"] = 1;

/** When a function was asked for headers the last time, by the clock that spans start by. */
interface Asked {
  readonly gave: Headers;
  readonly fromMillis: number;
  readonly toMillis: number;
}

/** What a {@link LazySpanExporter} is made of. */
export interface LazySpanExporterParts extends ExporterConnection {
  readonly create: (headers: Headers) => Promise<SpanExporter>;
}

/**
 * Hands spans to the exporter that `create` makes. Rotating headers are why it may be made more than
 * once: OpenTelemetry's gRPC exporter keeps the metadata of its first request for good.
 */
export class LazySpanExporter implements SpanExporter {
  readonly #parts: LazySpanExporterParts;
  readonly #exports = new Set<Promise<void>>();
  #current: { key: string; exporter: Promise<SpanExporter> } | undefined;
  #asked: Asked | undefined;
  #isShutdown = false;
  #masking: LaterMasking | undefined;

  constructor(parts: LazySpanExporterParts) {
    this.#parts = parts;
    attachConnection(this, parts);
  }

  /** Sends the spans, or nothing where tracing is off; every failure, of loading and of the headers too, comes as a failed result. */
  export(spans: ReadableSpan[], resultCallback: ResultCallback): void {
    if (this.#isShutdown) {
      resultCallback({ code: FAILED, error: new Error("the exporter was shut down") });
      return;
    }
    if (testMode.isOn || this.#parts.config.disabled.value) return resultCallback({ code: SUCCESS });
    const exporting = this.#export(spans)
      .catch((error: unknown) => ({ code: FAILED, error: toError(error) }))
      .then(resultCallback)
      .finally(() => this.#exports.delete(exporting));
    this.#exports.add(exporting);
  }

  /** Resolves when no export is under way. */
  async forceFlush(): Promise<void> {
    await Promise.allSettled(this.#exports);
  }

  /** Waits for what is under way and closes the connections. */
  async shutdown(): Promise<void> {
    this.#isShutdown = true;
    await this.forceFlush();
    await this.#retire();
  }

  async #export(spans: ReadableSpan[]): Promise<Parameters<ResultCallback>[0]> {
    const headers = await this.#headersFor(spans);
    const key = JSON.stringify(headers);
    if (this.#current?.key !== key) {
      void this.#retire();
      this.#current = { key, exporter: this.#parts.create(headers) };
    }
    const exporter = await this.#current.exporter;
    const masked = this.#masked(spans);
    return await new Promise((resolve) => exporter.export(masked, resolve));
  }

  /**
   * Spans that all started while a function was asked for headers are its own, where it is traced: they go with what it
   * gave, or asking for them would make the next ones.
   */
  async #headersFor(spans: readonly ReadableSpan[]): Promise<Headers> {
    const { live, value } = this.#parts.config.headers;
    if (live === undefined) return value;
    const asked = this.#asked;
    if (asked !== undefined && spans.every((span) => startedWithin(span, asked))) return asked.gave;
    const fromMillis = Date.now();
    const gave = await untraced(live);
    this.#asked = { gave, fromMillis, toMillis: Date.now() };
    return gave;
  }

  /** In somebody else's processor nobody masks before: here the variables hold. */
  #masked(spans: readonly ReadableSpan[]): ReadableSpan[] {
    const masking = (this.#masking ??= new LaterMasking(this.#parts.config.masking));
    return spans.map((span) => {
      const whole = normalise(span);
      const content = masking.mask(whole);
      return content === undefined ? span : withContent(whole, content);
    });
  }

  async #retire(): Promise<void> {
    const retired = this.#current?.exporter;
    this.#current = undefined;
    try {
      await (await retired)?.shutdown();
    } catch {
      // It never loaded, which its export has said already.
    }
  }
}

/** A span's start is told in whole milliseconds. */
function startedWithin(
  { startTime: [seconds, nanos] }: ReadableSpan,
  { fromMillis, toMillis }: Asked,
): boolean {
  const millis = seconds * 1e3 + nanos / 1e6;
  return millis > fromMillis - 1 && millis < toMillis + 1;
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
