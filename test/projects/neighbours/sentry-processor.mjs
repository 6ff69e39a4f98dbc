import * as Sentry from "@sentry/node";
import { BatchSpanProcessor } from "phoenix-otel";

Sentry.init({
  tracesSampleRate: 1,
  openTelemetrySpanProcessors: [new BatchSpanProcessor({ projectName: "support-bot" })],
});
