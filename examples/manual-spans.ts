// Spans by hand, for what no function wraps: OpenTelemetry's own calls, with typed setters for OpenInference.
import { SpanStatusCode } from "@opentelemetry/api";
import { getActiveSpan, register, traceChain } from "phoenix-otel";

const provider = register({ projectName: "manual-spans" });
const tracer = provider.getTracer("manual-spans");

const KIND = "openinference.span.kind";

const answer = await tracer.startActiveSpan("complete", { attributes: { [KIND]: "LLM" } }, async (span) => {
  const question = "How hot is boiling water?";
  const reply = "100 °C at sea level.";
  getActiveSpan()
    .setInput(question)
    .setOutput(reply)
    .setLLM({
      model: "house-model",
      inputMessages: [{ role: "user", content: question }],
      outputMessages: [{ role: "assistant", content: reply }],
      tokenCount: { prompt: 7, completion: 8 },
    });
  span.setStatus({ code: SpanStatusCode.OK });
  span.end();
  return reply;
});

// Inside a wrapped function the same handle adds to the wrapper's span, and what it sets wins.
const report = traceChain(
  (text: string) => {
    getActiveSpan().setOutput({ characters: text.length }).setTags(["manual"]);
    return text;
  },
  { name: "report" },
);

console.log(report(answer));

await provider.forceFlush();
