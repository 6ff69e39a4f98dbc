// The processors of one provider: a list that can change after construction and keeps one processor's
// fault from reaching the program or the next processor.
import type { Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { addStats, type DeliveryStats } from "../delivery/counters.ts";
import type { FlushResult } from "../delivery/delivery.ts";
import { errorText, sayOnce } from "../diagnostics.ts";
import type { ProviderLeaving } from "./leaving.ts";
import { orderStart } from "./start-order.ts";
import type { PhoenixSpanProcessor } from "./phoenix-span-processor.ts";

/** Fans every call out to its processors. Nothing it does throws or rejects. */
export class SpanProcessorList implements SpanProcessor {
  #processors: readonly SpanProcessor[];

  readonly #leaving: ProviderLeaving | undefined;

  /** `leaving` is what the provider decides for processors of ours that decide nothing themselves. */
  constructor(processors: readonly SpanProcessor[], leaving?: ProviderLeaving) {
    this.#processors = [...processors];
    this.#leaving = leaving;
    for (const processor of processors) this.#adopt(processor);
  }

  add(processor: SpanProcessor): void {
    this.#adopt(processor);
    this.#processors = [...this.#processors, processor];
  }

  remove(processor: SpanProcessor): void {
    this.#processors = this.#processors.filter((each) => each !== processor);
  }

  onStart(span: Span, parentContext: Context): void {
    orderStart(span);
    this.#each("onStart", (processor) => processor.onStart(span, parentContext));
  }

  onEnding(span: Span): void {
    this.#each("onEnding", (processor) => processor.onEnding?.(span));
  }

  onEnd(span: ReadableSpan): void {
    this.#each("onEnd", (processor) => processor.onEnd(span));
  }

  /** Flushes all; the Phoenix processors keep `timeoutMillis`. */
  async forceFlush(timeoutMillis?: number): Promise<void> {
    await this.#all("forceFlush", (processor) =>
      isPhoenix(processor) ? processor.flush(timeoutMillis) : processor.forceFlush(),
    );
  }

  /**
   * Flushes all. `result` adds up what the Phoenix processors achieved, as each is done; those keep
   * `timeoutMillis`, while `done` waits for everybody's.
   */
  flush(timeoutMillis: number): { readonly result: FlushResult; readonly done: Promise<void> } {
    const sum: { -readonly [Name in keyof FlushResult]: FlushResult[Name] } = {
      delivered: 0,
      pending: 0,
      dropped: 0,
    };
    const done = this.#all("forceFlush", async (processor) => {
      if (!isPhoenix(processor)) return await processor.forceFlush();
      const { delivered, pending, dropped, filtered } = await processor.flush(timeoutMillis);
      sum.delivered += delivered;
      sum.pending += pending;
      sum.dropped += dropped;
      if (filtered !== undefined) sum.filtered = (sum.filtered ?? 0) + filtered;
    });
    return { result: sum, done };
  }

  /** The counters of the Phoenix processors, added up. */
  stats(): DeliveryStats {
    return addStats(this.#processors.filter(isPhoenix).map((processor) => processor.stats()));
  }

  /** Shuts all down; the Phoenix processors keep `timeoutMillis`. */
  async shutdown(timeoutMillis?: number): Promise<void> {
    await this.#all("shutdown", (processor) =>
      isPhoenix(processor) ? processor.shutdown(timeoutMillis) : processor.shutdown(),
    );
  }

  /** For a provider that was replaced: its Phoenix processors, but those that are `kept`, let go once they are empty. */
  retire(kept: readonly unknown[] = []): void {
    for (const processor of this.#processors) {
      if (isPhoenix(processor) && !kept.includes(processor)) processor.retire?.();
    }
  }

  #adopt(processor: SpanProcessor): void {
    if (this.#leaving !== undefined && isPhoenix(processor)) processor.adopt?.(this.#leaving);
  }

  #each(method: string, call: (processor: SpanProcessor) => void): void {
    for (const processor of this.#processors) {
      try {
        call(processor);
      } catch (error) {
        reportFault(processor, method, error);
      }
    }
  }

  async #all(method: string, call: (processor: SpanProcessor) => Promise<unknown>): Promise<void> {
    await Promise.all(
      this.#processors.map(async (processor) => {
        try {
          await call(processor);
        } catch (error) {
          reportFault(processor, method, error);
        }
      }),
    );
  }
}

/** One of an earlier release adopts nothing, and is not retired. */
type Phoenix = Pick<PhoenixSpanProcessor, "flush" | "stats" | "shutdown"> &
  Partial<Pick<PhoenixSpanProcessor, "retire" | "adopt">>;

/** By what it can do: the processor may come from another loaded copy of the package, or from an older release. */
const isPhoenix = (processor: SpanProcessor): processor is SpanProcessor & Phoenix =>
  "flush" in processor && "stats" in processor;

function reportFault(processor: SpanProcessor, method: string, error: unknown): void {
  const name = processor.constructor?.name ?? "A span processor";
  sayOnce(`processor-fault:${name}:${method}`, {
    code: "PHX203",
    message: `${name}.${method}() failed: ${errorText(error)}. The program and the other span processors go on without it.`,
  });
}
