// A SpanExporter that loads OpenTelemetry's on the first export, and anew when the headers changed.
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-node";
import { Masking } from "../masking/masking.ts";
import { normalise, withContent } from "../spans/outgoing-span.ts";
import { testMode } from "../test-mode.ts";
import { attachConnection, type ExporterConnection } from "./connection.ts";

type ResultCallback = Parameters<SpanExporter["export"]>[1];
type Headers = Readonly<Record<string, string>>;

/** OpenTelemetry's `ExportResultCode`, which is not in a package of ours. */
const SUCCESS: Parameters<ResultCallback>[0]["code"] = 0;
const FAILED: Parameters<ResultCallback>[0]["code"] = 1;

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
  #isShutdown = false;
  #masking: Masking | undefined;

  constructor(parts: LazySpanExporterParts) {
    this.#parts = parts;
    attachConnection(this, parts);
  }

  /** Sends the spans; every failure, of loading and of the headers too, comes as a failed result. */
  export(spans: ReadableSpan[], resultCallback: ResultCallback): void {
    if (this.#isShutdown) {
      resultCallback({ code: FAILED, error: new Error("the exporter was shut down") });
      return;
    }
    if (testMode.isOn) return resultCallback({ code: SUCCESS });
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
    const { live, value } = this.#parts.config.headers;
    const headers = live === undefined ? value : await live();
    const key = JSON.stringify(headers);
    if (this.#current?.key !== key) {
      void this.#retire();
      this.#current = { key, exporter: this.#parts.create(headers) };
    }
    const exporter = await this.#current.exporter;
    const masked = this.#masked(spans);
    return await new Promise((resolve) => exporter.export(masked, resolve));
  }

  /** In somebody else's processor nobody masks before: here the variables hold. */
  #masked(spans: readonly ReadableSpan[]): ReadableSpan[] {
    const masking = (this.#masking ??= new Masking(this.#parts.config.masking));
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

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
