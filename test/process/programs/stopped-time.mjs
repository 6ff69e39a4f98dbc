// Has the time stopped by STOPPED_BY at the moment WHEN, traces, and ends by END. Nothing here may wait for a timer.
import { createRequire } from "node:module";
import { mock } from "node:test";

const { STOPPED_BY, WHEN, END, ENDPOINT, PROTOCOL } = process.env;
const require = createRequire(import.meta.url);
const hold = setInterval(() => undefined, 1_000).unref();

/** The build that goes with how the fake timers are loaded: required ones reach node:timers too. */
const load = () => (STOPPED_BY === "sinon, required" ? require("phoenix-otel") : import("phoenix-otel"));
const stops = {
  sinon: async () => (await import("sinon")).default.useFakeTimers(),
  "sinon, required": () => require("sinon").useFakeTimers(),
  "node:test": () => mock.timers.enable(),
  stubs() {
    Date.now = performance.now = process.hrtime = process.hrtime.bigint = () => 0;
    globalThis.setTimeout = globalThis.setInterval = globalThis.setImmediate = () => 0;
  },
};
const stop = (moment) => (moment === WHEN ? stops[STOPPED_BY]() : undefined);

await stop("before the import");
const { register, traceChain, withFlush } = await load();
await stop("before register()");
const provider = register({ endpoint: ENDPOINT, protocol: PROTOCOL });
const traced = traceChain(async () => 1, { name: "wrapped" });
if (WHEN === "between spans") await traced();
const clock = await stop("between spans");
provider.getTracer("app").startSpan("plain").end();
await traced();

const ends = {
  "process.exit()": () => process.exit(3),
  "a natural end": () => undefined,
  SIGTERM() {
    hold.ref();
    process.kill(process.pid, "SIGTERM");
  },
  "an error": () => {
    throw new Error("the program's own");
  },
  "flush()": async () => console.log(JSON.stringify(await provider.flush({ timeoutMillis: 1_000 }))),
  "forceFlush()": () => provider.forceFlush({ timeoutMillis: 1_000 }),
  "shutdown()": () => provider.shutdown({ timeoutMillis: 1_000 }),
  "withFlush()": () => withFlush(async () => provider.getTracer("app").startSpan("in a handler").end())(),
  "time that goes on": () => {
    clock.restore();
    return provider.forceFlush();
  },
};
await ends[END]();
