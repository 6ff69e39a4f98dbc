import { NodeSDK } from "@opentelemetry/sdk-node";
import { BatchSpanProcessor } from "phoenix-otel";

const sdk = new NodeSDK({
  spanProcessors: [new BatchSpanProcessor({ projectName: "support-bot" })],
});
sdk.start();
