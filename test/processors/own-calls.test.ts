// What a processor calls of the program may be traced itself: by a wrapper, by OpenTelemetry, with a context manager or none.
import { trace, type Tracer } from "@opentelemetry/api";
import {
  BatchSpanProcessor as StockBatchSpanProcessor,
  InMemorySpanExporter,
  NodeTracerProvider,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  BatchSpanProcessor,
  GRPCSpanExporter,
  HTTPSpanExporter,
  SimpleSpanProcessor,
  type SimpleSpanProcessorOptions,
  traceTool,
} from "../../src/index.ts";
import { useFreshProcess } from "../support/fresh-process.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
let tracer: Tracer;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

/** Functions for a key that are traced, each in its own way. */
const keys: Record<string, () => string | Promise<string>> = {
  "by OpenTelemetry": () => {
    tracer.startSpan("key").end();
    return "secret";
  },
  "by OpenTelemetry, in steps": async () => {
    const span = tracer.startSpan("key");
    await wait(1);
    tracer.startSpan("key's child").end();
    span.end();
    return "secret";
  },
  "by a wrapper": async () => traceTool(async () => "secret", { name: "key" })(),
};

const managers: Record<string, (provider: NodeTracerProvider) => void> = {
  "a context manager": (provider) => provider.register(),
  "no context manager": (provider) => void trace.setGlobalTracerProvider(provider),
};

const endings = async (processor: BatchSpanProcessor | SimpleSpanProcessor): Promise<void> => {
  tracer.startSpan("the program's").end();
  // What one delivery makes would go with the next.
  for (let round = 0; round < 4; round++) await processor.forceFlush();
};

const arrived = (): string[] => receiver.spans.map(({ name }) => name);

describe.each(Object.entries(managers))("with %s", (_manager, install) => {
  describe.each([
    ["BatchSpanProcessor", BatchSpanProcessor],
    ["SimpleSpanProcessor", SimpleSpanProcessor],
  ])("a %s", (_name, Processor) => {
    const start = (options: SimpleSpanProcessorOptions) => {
      const processor = new Processor(options);
      const provider = new NodeTracerProvider({ spanProcessors: [processor] });
      tracer = provider.getTracer("test");
      install(provider);
      return processor;
    };

    test.each(
      Object.entries(keys).flatMap(([how, key]) =>
        (["http/protobuf", "grpc"] as const).map((protocol) => ({ how, key, protocol })),
      ),
    )("delivers nothing of a key that is traced $how, by $protocol", async ({ key, protocol }) => {
      const endpoint = protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl;
      const processor = start({ endpoint, protocol, apiKey: key });
      await endings(processor);
      expect(arrived()).toEqual(["the program's"]);
      expect(receiver.requests[0]?.headers["authorization"]).toBe("Bearer secret");
      expect(processor.stats()).toMatchObject({ emitted: 1, delivered: 1 });
    });

    test("delivers nothing of mask, spanFilter and an exporter that are traced", async () => {
      const taken = new InMemorySpanExporter();
      const exporter: SpanExporter = {
        export: (spans, done) => {
          void keys["by OpenTelemetry, in steps"]!();
          taken.export(spans, done);
        },
        shutdown: async () => undefined,
      };
      const processor = start({
        exporter,
        mask: traceTool((_key: string, value: unknown) => value, { name: "mask" }) as never,
        spanFilter: traceTool(() => true, { name: "spanFilter" }) as never,
      });
      tracer.startSpan("with input", { attributes: { "input.value": "x" } }).end();
      await endings(processor);
      expect(taken.getFinishedSpans().map(({ name }) => name)).toEqual(["with input", "the program's"]);
      expect(processor.stats()).toMatchObject({ emitted: 2, delivered: 2 });
    });
  });

  test.each([
    [
      "HTTPSpanExporter",
      () => new HTTPSpanExporter({ endpoint: receiver.httpUrl, apiKey: keys["by a wrapper"]! }),
    ],
    [
      "GRPCSpanExporter",
      () => new GRPCSpanExporter({ endpoint: receiver.grpcUrl, apiKey: keys["by a wrapper"]! }),
    ],
  ])("a %s in OpenTelemetry's processor comes to an end", async (_name, create) => {
    const stock = new StockBatchSpanProcessor(create());
    const provider = new NodeTracerProvider({ spanProcessors: [stock] });
    tracer = provider.getTracer("test");
    install(provider);
    tracer.startSpan("the program's").end();
    for (let round = 0; round < 4; round++) await stock.forceFlush();
    expect(receiver.requests.length).toBeLessThanOrEqual(2);
    expect(arrived()).toContain("the program's");
    await provider.shutdown();
  });
});
