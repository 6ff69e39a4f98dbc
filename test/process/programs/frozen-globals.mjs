// globalThis takes nothing more. Registers, traces, and ends.
const { ENDPOINT } = process.env;
Object.freeze(globalThis);
const { register, traceTool, withFlush } = await import("phoenix-otel");
const provider = register({ endpoint: ENDPOINT });
provider.getTracer("test").startSpan("span").end();
await withFlush(async () => traceTool(() => 1, { name: "tool" })())();
provider.getTracer("test").startSpan("at the end").end();
process.exit(0);
