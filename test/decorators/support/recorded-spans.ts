// A real provider of OpenTelemetry's SDK as the global one, and the spans it ended.
import { context, trace, type Attributes } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
  type NodeTracerConfig,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-node";

export interface RecordedSpans {
  readonly provider: NodeTracerProvider;
  /** Ended spans, in the order they ended. */
  readonly spans: ReadableSpan[];
  /** The one ended span of this name. */
  one(name?: string): ReadableSpan;
  attributes(name?: string): Attributes;
  stop(): Promise<void>;
}

export function recordSpans(config: NodeTracerConfig = {}): RecordedSpans {
  const exporter = new InMemorySpanExporter();
  const { spanProcessors = [], ...rest } = config;
  const provider = new NodeTracerProvider({
    ...rest,
    spanProcessors: [...spanProcessors, new SimpleSpanProcessor(exporter)],
  });
  provider.register();
  const one = (name?: string): ReadableSpan => {
    const spans = exporter.getFinishedSpans().filter((span) => name === undefined || span.name === name);
    if (spans.length !== 1) {
      const names = exporter.getFinishedSpans().map((span) => span.name);
      throw new Error(`${spans.length} ended spans named ${name ?? "anything"}, of [${names.join(", ")}]`);
    }
    return spans[0] as ReadableSpan;
  };
  return {
    provider,
    get spans() {
      return exporter.getFinishedSpans();
    },
    one,
    attributes: (name) => one(name).attributes,
    async stop() {
      trace.disable();
      context.disable();
      await provider.shutdown();
    },
  };
}
