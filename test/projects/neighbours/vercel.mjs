import { registerOTel } from "@vercel/otel";
import { BatchSpanProcessor } from "phoenix-otel";

registerOTel({
  serviceName: "support-bot",
  spanProcessors: ["auto", new BatchSpanProcessor({ projectName: "support-bot" })],
});
