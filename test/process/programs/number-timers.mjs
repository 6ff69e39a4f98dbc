// Timers are numbers, as in jsdom and browsers. Registers, traces, flushes in every way, and ends by END.
const { setTimeout: set, clearTimeout: clear, setInterval: repeat } = globalThis;
const timers = new Map();
const numbered =
  (start) =>
  (callback, delayMillis, ...args) => {
    const id = timers.size + 1;
    timers.set(id, start(callback, delayMillis, ...args));
    return id;
  };
globalThis.setTimeout = numbered(set);
globalThis.setInterval = numbered(repeat);
globalThis.clearTimeout = globalThis.clearInterval = (id) => clear(timers.get(id));

const { register, traceChain, withFlush } = await import("phoenix-otel");
const { ENDPOINT, PROTOCOL, END } = process.env;
const provider = register({ endpoint: ENDPOINT, protocol: PROTOCOL });
const span = (name) => provider.getTracer("timers").startSpan(name).end();

span("flushed");
const flushed = await provider.flush({ timeoutMillis: 2 ** 31 });
await withFlush(async () => span("with a handler"), { timeoutMillis: Infinity })();
async function* chunks() {
  yield "streamed";
}
const asked = async () => chunks();
for await (const _ of await traceChain(asked, { name: "streamed" })());
await provider.forceFlush({ timeoutMillis: Infinity });
span("at the end");
if (END === "shutdown") await provider.shutdown();
process.stdout.write(JSON.stringify(flushed));
if (END === "exit") process.exit(0);
