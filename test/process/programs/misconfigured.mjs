// Registers from the environment, ends 10 spans, lives for LIVES_MILLIS and ends with exit code 3;
// at once by process.exit() when EXITS is set.
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-node";
import { register } from "phoenix-otel";

const { ANOTHER_PROVIDER, FLUSH_ON_EXIT, EXITS, LIVES_MILLIS = "0" } = process.env;
if (ANOTHER_PROVIDER) trace.setGlobalTracerProvider(new BasicTracerProvider());
const tracer = register({ flushOnExit: FLUSH_ON_EXIT !== "false" }).getTracer("misconfigured");
for (let index = 0; index < 10; index++) tracer.startSpan(`span ${index}`).end();
process.exitCode = 3;
if (EXITS) process.exit();
if (LIVES_MILLIS !== "0") setTimeout(() => process.stdout.write("done"), Number(LIVES_MILLIS));
