// A program that has nothing but the package.
import { register, trace, traceTool } from "phoenix-otel";

register();

const tool = traceTool(
  async () => trace.getTracer("program").startActiveSpan("plain", async (span) => span.end()),
  { name: "tool" },
);
await tool();
