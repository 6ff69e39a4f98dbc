// Has 20 MB of spans delivered to ENDPOINT, a little at a time, and prints the most memory outside the heap they took.
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-node";
import { BatchSpanProcessor } from "../../../src/index.ts";

const processor = new BatchSpanProcessor({ endpoint: process.env["ENDPOINT"] ?? "", flushOnExit: false });
const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer("settled");

const text = "x".repeat(20_000);
let before = 0;
let most = 0;
for (let round = 0; round < 105; round++) {
  // The first rounds load what delivery needs.
  if (round === 5) before = process.memoryUsage().arrayBuffers;
  for (let index = 0; index < 10; index++) {
    tracer.startSpan(`span ${index}`, { attributes: { "input.value": text } }).end();
  }
  most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  await processor.flush();
}
const { delivered, heldBytes } = processor.stats();
process.stdout.write(JSON.stringify({ most, delivered, heldBytes }));
process.exit();
