// node beside.mjs <neighbour> <beside or processor>: its provider is global, ours beside it or our processor in it.
import { BatchSpanProcessor, register } from "phoenix-otel";
import { run } from "./application.mjs";
import { memory } from "./memory.mjs";

const [neighbour, mode] = process.argv.slice(2);
const spanProcessors =
  mode === "processor" ? [new BatchSpanProcessor({ projectName: "support-bot" }), memory] : [memory];

const starts = {
  "@opentelemetry/sdk-node": async (name) => {
    const { NodeSDK } = await import(name);
    new NodeSDK({ spanProcessors }).start();
  },
  "sdk-node-0.5x": (name) => starts["@opentelemetry/sdk-node"](name),
  "@vercel/otel": async (name) => {
    const { registerOTel } = await import(name);
    registerOTel({ serviceName: "app", spanProcessors });
  },
  "@langfuse/otel": async (name) => {
    const { LangfuseSpanProcessor } = await import(name);
    const { NodeSDK } = await import("@opentelemetry/sdk-node");
    new NodeSDK({ spanProcessors: [new LangfuseSpanProcessor(), ...spanProcessors] }).start();
  },
  "dd-trace": async (name) => {
    const { default: tracer } = await import(name);
    tracer.init();
    const provider = new tracer.TracerProvider();
    for (const each of spanProcessors) provider.addSpanProcessor(each);
    provider.register();
  },
  langsmith: async () => {
    const { initializeOTEL } = await import("langsmith/experimental/otel/setup");
    initializeOTEL();
  },
  "@traceloop/node-server-sdk": async (name) => {
    const traceloop = await import(name);
    traceloop.initialize({
      disableBatch: true,
      traceloopSyncEnabled: false,
      silenceInitializationMessage: true,
    });
  },
};

await starts[neighbour](neighbour);
if (mode === "beside") register({ projectName: "support-bot" });
await run();
