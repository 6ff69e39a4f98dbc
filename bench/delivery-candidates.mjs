// What is compared, each as a function from destination to the global tracer provider; modules load when one is made.
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Enough for every span of a run: the stock processor drops what does not fit. */
const STOCK_QUEUE_SPANS = 100_000;
/** A flush of a burst sends all its batches at once. */
const STOCK_EXPORTS = 10_000;

export const CANDIDATES = {
  async none() {
    const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
    const noop = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
    return registered(new NodeTracerProvider({ spanProcessors: [noop] }));
  },
  async floor(_protocol, url) {
    const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
    // It builds the encoder: with esbuild, which the others must not pay for.
    const { floorProcessor } = await import("./delivery-floor.mjs");
    return registered(new NodeTracerProvider({ spanProcessors: [await floorProcessor(url)] }));
  },
  async stock(protocol, url) {
    const { BatchSpanProcessor, NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
    const processor = new BatchSpanProcessor(await stockExporter(protocol, url), {
      maxQueueSize: STOCK_QUEUE_SPANS,
    });
    return registered(new NodeTracerProvider({ spanProcessors: [processor] }));
  },
  async "phoenix-otel"(protocol, url) {
    const { register } = await import("../dist/node.mjs");
    return register({ endpoint: url, protocol });
  },
  /** Another build of ours, of the checkout that `--beside` names. */
  async before(protocol, url, folder) {
    const built = path.join(folder, "dist/node.mjs");
    const { register } = await import(pathToFileURL(built));
    return register({ endpoint: url, protocol });
  },
};

function registered(provider) {
  provider.register();
  return provider;
}

async function stockExporter(protocol, url) {
  if (protocol === "grpc") {
    const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-grpc");
    return new OTLPTraceExporter({ url, concurrencyLimit: STOCK_EXPORTS });
  }
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-proto");
  return new OTLPTraceExporter({ url: `${url}/v1/traces`, concurrencyLimit: STOCK_EXPORTS });
}
