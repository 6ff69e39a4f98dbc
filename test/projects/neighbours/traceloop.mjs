import * as traceloop from "@traceloop/node-server-sdk";
import OpenAI from "openai";
import { BatchSpanProcessor } from "phoenix-otel";

traceloop.initialize({
  instrumentModules: { openAI: OpenAI },
  processor: new BatchSpanProcessor({ projectName: "support-bot" }),
  traceloopSyncEnabled: false,
});
