import { LangfuseSpanProcessor } from "@langfuse/otel";
import { register } from "phoenix-otel";

register({
  projectName: "support-bot",
  spanProcessors: ["auto", new LangfuseSpanProcessor()],
});
