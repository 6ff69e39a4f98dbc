// Makes the calls of test/translation/ai-calls.ts with version 7 of the AI SDK and its telemetry, sends their spans to
// ENDPOINT and prints what the live spans say.
import { LegacyOpenTelemetry, OpenTelemetry } from "@ai-sdk/otel";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { registerTelemetry } from "ai7";
import { BatchSpanProcessor } from "../../../src/index.ts";
import { callAll, type Told } from "../ai-calls.ts";

const FULL = {
  usage: true,
  providerMetadata: true,
  embedding: true,
  reranking: true,
  runtimeContext: true,
  headers: true,
  toolChoice: true,
  schema: true,
};
const { ENDPOINT: endpoint = "", TELEMETRY: telemetry } = process.env;

const other = new InMemorySpanExporter();
const provider = new NodeTracerProvider({
  spanProcessors: [new BatchSpanProcessor({ endpoint }), new SimpleSpanProcessor(other)],
});
provider.register();
registerTelemetry(
  telemetry === "7-legacy"
    ? new LegacyOpenTelemetry()
    : new OpenTelemetry(telemetry === "7-full" ? FULL : {}),
);

const traceIds = await callAll(7, other);
await provider.forceFlush();
const live = other.getFinishedSpans().map((span) => ({
  traceId: span.spanContext().traceId,
  attributes: span.attributes,
}));
const told: Told = { traceIds, live };
process.stdout.write(JSON.stringify(told));
await provider.shutdown();
