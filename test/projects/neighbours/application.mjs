// What every program here does: a request of whoever is global, wrappers of ours around and inside its spans.
import { trace } from "@opentelemetry/api";
import { traceChain, traceTool } from "phoenix-otel";

const plain = (name, fn) =>
  trace.getTracer("plain").startActiveSpan(name, async (span) => {
    const result = await fn();
    span.end();
    return result;
  });

const tool = traceTool(async () => "found", { name: "tool" });
export const chain = traceChain(() => plain("between", tool), { name: "chain" });

/** Runs it all; the program says the id of the request's trace. */
export const run = () =>
  plain("request", async () => {
    console.log(`trace ${trace.getActiveSpan().spanContext().traceId}`);
    await chain();
    // A span as the AI SDK writes it.
    const call = trace.getTracer("ai").startSpan("ai.generateText.doGenerate");
    call.setAttributes({
      "ai.operationId": "ai.generateText.doGenerate",
      "ai.model.id": "gpt-4o",
      "ai.usage.promptTokens": 20,
    });
    call.end();
  });
