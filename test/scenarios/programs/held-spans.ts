// Ends spans while nothing listens at ENDPOINT, and prints how many of their objects a collection leaves.
import { setImmediate as turn } from "node:timers/promises";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-node";
import { BatchSpanProcessor } from "../../../src/index.ts";

const processor = new BatchSpanProcessor({ endpoint: process.env["ENDPOINT"] ?? "", flushOnExit: false });
const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer("held");

/** In a function, whose frame is gone before the collection. */
function endSpan(index: number): WeakRef<object> {
  const span = tracer.startSpan(`span ${index}`, { attributes: { "input.value": "x".repeat(500) } });
  span.end();
  return new WeakRef(span);
}

const ended = Array.from({ length: 1_000 }, (_, index) => endSpan(index));
await processor.flush(500);
for (let round = 0; round < 3; round++) {
  await turn();
  globalThis.gc?.();
}
const { queued, inFlight } = processor.stats();
const left = ended.filter((span) => span.deref() !== undefined).length;
process.stdout.write(JSON.stringify({ left, pending: queued + inFlight }));
process.exit();
