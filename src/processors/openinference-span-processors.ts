// The span processors of @arizeai/openinference-vercel by their names: those of this package with an exporter given.
import type { SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace-node";
import type { RegisterOptions, SpanFilter } from "../config/options.ts";
import { BatchSpanProcessor } from "./batch-span-processor.ts";
import type { DeliveryKnobs } from "./delivery-knobs.ts";
import { PhoenixSpanProcessor } from "./phoenix-span-processor.ts";
import { readProcessorArguments } from "./processor-arguments.ts";
import { SimpleSpanProcessor } from "./simple-span-processor.ts";

/** Options of {@link OpenInferenceBatchSpanProcessor} and {@link OpenInferenceSimpleSpanProcessor}. */
export interface OpenInferenceSpanProcessorOptions {
  readonly exporter: SpanExporter;
  readonly spanFilter?: SpanFilter;
  /** Done always here: what a filter orphans hangs under its nearest ancestor that leaves. */
  readonly reparentOrphanedSpans?: boolean;
  /** Done always here: spans carry the session, user … of the context that they start in. */
  readonly propagateContextAttributes?: boolean;
  /** Knobs of the batches. */
  readonly config?: DeliveryKnobs;
}

/** {@link BatchSpanProcessor} with the constructor of the class of this name in `@arizeai/openinference-vercel`. */
export class OpenInferenceBatchSpanProcessor extends BatchSpanProcessor {
  constructor({ exporter, spanFilter, config }: OpenInferenceSpanProcessorOptions) {
    super({ ...config, exporter, ...(spanFilter && { spanFilter }) });
  }
}

/** {@link SimpleSpanProcessor} with the constructor of the class of this name in `@arizeai/openinference-vercel`. */
export class OpenInferenceSimpleSpanProcessor extends SimpleSpanProcessor {
  constructor({ exporter, spanFilter }: OpenInferenceSpanProcessorOptions) {
    super({ exporter, ...(spanFilter && { spanFilter }) });
  }
}

/** A processor of either kind with the constructor of the class of this name in `@arizeai/phoenix-otel`. */
export class LazyOpenInferenceSpanProcessor extends PhoenixSpanProcessor {
  constructor({ exporter, batch }: { exporter: SpanExporter; batch: boolean }) {
    super(readProcessorArguments({ exporter }, {}, "new LazyOpenInferenceSpanProcessor"), {
      immediate: !batch,
    });
  }
}

/** Gives the processor that `register()` uses where none is given, for a provider of the program's own. */
export function getDefaultSpanProcessor({
  url,
  apiKey,
  headers,
  batch = true,
}: Pick<RegisterOptions, "url" | "apiKey" | "batch" | "headers">): SpanProcessor {
  const connection = {
    ...(url !== undefined && { url }),
    ...(apiKey !== undefined && { apiKey }),
    ...(headers !== undefined && { headers }),
  };
  return batch ? new BatchSpanProcessor(connection) : new SimpleSpanProcessor(connection);
}
