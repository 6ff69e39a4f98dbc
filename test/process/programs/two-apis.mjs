// Another version of OpenTelemetry's API registers something, then we do. Wrappers call each other.
import { setImmediate as turn } from "node:timers/promises";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";

const { OTHER, FIRST, ENDPOINT, FROZEN } = process.env;
const { default: other } = await import(OTHER);
const first = {
  nothing: () => {},
  diag: () => other.diag.setLogger(new (class extends Object {})()),
  context: () => other.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()),
  propagation: () =>
    other.propagation.setGlobalPropagator({
      inject() {},
      extract: (context) => context,
      fields: () => ["x"],
    }),
  trace: () => other.trace.setGlobalTracerProvider(new other.ProxyTracerProvider()),
};
first[FIRST]();
if (FROZEN) Object.freeze(globalThis);

const { register, traceAgent, traceChain } = await import("phoenix-otel");
const provider = register({ endpoint: ENDPOINT, protocol: "http/protobuf" });
const inner = traceChain(
  async () => {
    await turn();
    provider.getTracer("by hand").startActiveSpan("by hand", (span) => span.end());
  },
  { name: "inner" },
);
const outer = traceAgent(
  async () => {
    await turn();
    await inner();
  },
  { name: "outer" },
);
await outer();
other.trace.getTracer("theirs").startSpan("theirs").end();
