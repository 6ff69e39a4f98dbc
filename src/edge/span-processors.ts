// The span processors where nothing is sent.
import type { DeliveryStats } from "../delivery/counters.ts";
import type { FlushResult } from "../delivery/delivery.ts";
import { noStats, nothingFlushed } from "./nothing-sent.ts";

/** Takes spans, keeps none. */
class PassingSpanProcessor {
  adopt(_provider: object): void {}

  onStart(_span: object, _parentContext: object): void {}

  onEnd(_span: object): void {}

  async forceFlush(): Promise<void> {}

  async flush(_timeoutMillis?: number): Promise<FlushResult> {
    return { ...nothingFlushed };
  }

  stats(): DeliveryStats {
    return noStats();
  }

  async shutdown(_timeoutMillis?: number): Promise<void> {}

  retire(): void {}
}

export class BatchSpanProcessor extends PassingSpanProcessor {}
export class SimpleSpanProcessor extends PassingSpanProcessor {}
export class OpenInferenceBatchSpanProcessor extends BatchSpanProcessor {}
export class OpenInferenceSimpleSpanProcessor extends SimpleSpanProcessor {}
export class LazyOpenInferenceSpanProcessor extends PassingSpanProcessor {}

/** Gives a processor that sends nothing. */
export function getDefaultSpanProcessor(_options: object): BatchSpanProcessor {
  return new BatchSpanProcessor();
}
