// A program that is built into one file: a plain tracer inside wrappers; the end of the process delivers.
import { trace } from "@opentelemetry/api";
import { register, traceChain, traceTool } from "phoenix-otel";

const plain = trace.getTracer("plain");
register();

class Search {
  find = traceTool(async () => plain.startActiveSpan("plain", (span) => span.end()), { name: "tool" });
}
const chain = traceChain(async () => await new Search().find(), { name: "chain" });
void chain();
