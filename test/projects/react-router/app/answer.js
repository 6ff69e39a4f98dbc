import { trace } from "@opentelemetry/api";
import { traceChain, traceTool } from "phoenix-otel";

const plain = trace.getTracer("plain");
const tool = traceTool(async () => plain.startActiveSpan("plain", (span) => span.end()), { name: "tool" });
const chain = traceChain(async () => (await tool(), "answered"), { name: "chain" });

export const loader = async () => new Response(await chain());
