// Two releases of the package in one process, each with a provider, wrappers, processors and exporters of its own.
import { trace } from "@opentelemetry/api";

const { ONE, OTHER, ONE_URL, OTHER_URL, END } = process.env;
const one = await import(ONE);
const other = await import(OTHER);

const first = one.register({ endpoint: ONE_URL, projectName: "one" });
const second = other.register({ endpoint: OTHER_URL, projectName: "other" });
first.getTracer("test").startSpan("provider of one").end();
second.getTracer("test").startSpan("provider of other").end();
trace.getTracer("test").startSpan("global").end();
one.traceTool(() => 1, { name: "wrapper of one" })();
other.traceTool(() => 1, { name: "wrapper of other" })();

// An exporter of the other release is one of somebody else.
const mixed = new one.BatchSpanProcessor(new other.HTTPSpanExporter({ url: OTHER_URL }));
const provider = new one.TracerProvider({ spanProcessors: [mixed], projectName: "mixed" });
provider.getTracer("test").startSpan("exporter of other").end();

// Replaces what the same release registered, and nothing else.
const third = one.register({ endpoint: ONE_URL, projectName: "one again" });
third.getTracer("test").startSpan("registered again").end();
await one.withFlush(async () => undefined)();

const slots = Object.getOwnPropertySymbols(globalThis).map(({ description }) => String(description));
process.stdout.write(JSON.stringify(slots.filter((slot) => slot.startsWith("phoenix-otel."))));
await provider.flush();
for (const each of [third, second]) each.getTracer("test").startSpan("at the end").end();
if (END === "exit") process.exit(3);
if (END === "signal") process.kill(process.pid, "SIGTERM");
