// An agent of Mastra's, through its bridge to OpenTelemetry: a model that asks for a tool, and answers with what it said.
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { createTool } from "@mastra/core/tools";
import { Observability } from "@mastra/observability";
import { OtelBridge } from "@mastra/otel-bridge";
import { register, traceChain } from "phoenix-otel";
import { z } from "zod";

register({ projectName: "makers" });

const scale = traceChain(async (what) => `${what}: 3 kg`, { name: "scale" });
const weigh = createTool({
  id: "weigh",
  description: "Weighs",
  inputSchema: z.object({ what: z.string() }),
  execute: ({ what }) => scale(what),
});
const agent = new Agent({
  id: "fishmonger",
  name: "fishmonger",
  instructions: "Be brief.",
  model: { id: "loopback/gpt-4o", url: `${process.env.MODEL_URL}/v1`, apiKey: "test" },
  tools: { weigh },
});
const mastra = new Mastra({
  agents: { agent },
  logger: false,
  observability: new Observability({
    configs: { default: { serviceName: "makers", bridge: new OtelBridge() } },
  }),
});
const question = "How heavy is the cod?";
const fishmonger = mastra.getAgent("agent");
if (process.argv[2] === "stream") console.log(await (await fishmonger.stream(question)).text);
else console.log((await fishmonger.generate(question)).text);
