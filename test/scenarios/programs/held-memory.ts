// Ends 40,000 spans of 2 KB while nothing listens at ENDPOINT, and prints the most memory outside the heap they took.
import { setImmediate as turn } from "node:timers/promises";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-node";
import { BatchSpanProcessor } from "../../../src/index.ts";

const processor = new BatchSpanProcessor({ endpoint: process.env["ENDPOINT"] ?? "", flushOnExit: false });
const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer("held");

const text = "x".repeat(2_048);
const before = process.memoryUsage().arrayBuffers;
let most = 0;
for (let index = 0; index < 40_000; index++) {
  tracer.startSpan(`span ${index}`, { attributes: { "input.value": text } }).end();
  if (index % 500 === 0) {
    await turn();
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }
}
// Some probes later it is no more.
await processor.flush(3_000);
most = Math.max(most, process.memoryUsage().arrayBuffers - before);
const { heldBytes, dropped, queued, inFlight, emitted } = processor.stats();
process.stdout.write(
  JSON.stringify({ most, heldBytes, emitted, refused: dropped.queue_full, pending: queued + inFlight }),
);
process.exit();
