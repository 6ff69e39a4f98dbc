// node sentry.mjs <package> <rate> <before, after, or processor>
import { BatchSpanProcessor, register } from "phoenix-otel";
import { run } from "./application.mjs";
import { memory } from "./memory.mjs";

const [name, rate, order] = process.argv.slice(2);
const Sentry = await import(name);
const settings = { tracesSampleRate: Number(rate), enableOpenTelemetrySetup: true };
if (order === "before") Sentry.init(settings);
if (order === "processor")
  Sentry.init({
    ...settings,
    openTelemetrySpanProcessors: [new BatchSpanProcessor({ projectName: "support-bot" }), memory],
  });
else register({ projectName: "support-bot" });
if (order === "after") Sentry.init(settings);
await Sentry.startSpan({ name: "sentry" }, run);
await Sentry.close(1000);
