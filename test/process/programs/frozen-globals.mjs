// globalThis takes nothing more, from before the import or from after register() on. Traces, and ends.
const { ENDPOINT, PROTOCOL, FROZEN } = process.env;
if (FROZEN === "before the import") Object.freeze(globalThis);
const { register, traceChain, traceTool, withFlush } = await import("phoenix-otel");
const provider = register(ENDPOINT && { endpoint: ENDPOINT, protocol: PROTOCOL });
if (FROZEN === "after register()") Object.freeze(globalThis);
// Before the end, so that the exit has no part in it.
provider.getTracer("test").startSpan("span").end();
await withFlush(async () => traceTool(() => 1, { name: "tool" })())();
await provider.flush();
const { delivered } = provider.stats();
process.stdout.write(`${delivered} delivered, `);

const encoder = process.getBuiltinModule("node:util").TextEncoder;
const bytes = traceChain(async function* bytes(_blob) {
  yield new encoder().encode("héllo");
});
for await (const chunk of bytes(new (process.getBuiltinModule("node:buffer").Blob)(["abc"]))) void chunk;
const controlled = traceTool(function controlled() {
  return {
    controller: process.getBuiltinModule("node:util").transferableAbortController(),
    async *[Symbol.asyncIterator]() {
      yield "chunk";
    },
  };
});
for await (const chunk of controlled()) process.stdout.write(chunk);
provider.getTracer("test").startSpan("at the end").end();
process.exit(0);
