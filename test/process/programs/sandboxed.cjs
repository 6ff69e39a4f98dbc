// Runs the package as jest with jsdom runs CommonJS: in a context of its own, with fake timers, without `import()` and
// without what Node has beyond a browser. Traces by WAY, flushes, and ends. With TORN_DOWN, a file that is read after the
// test's end fails the run, as it does there.
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const never = () => 0;
const copied = Object.assign(Object.create(Object.getPrototypeOf(process)), process, { nextTick: never });
const globals = { process: copied, Buffer, console, URL, AbortController };
globals.setTimeout = globals.setInterval = globals.clearTimeout = globals.clearInterval = never;
globals.performance = { now: never };
const sandbox = vm.createContext(globals);
vm.runInContext("globalThis.window = globalThis", sandbox);
const dist = path.dirname(require.resolve("phoenix-otel"));
const loaded = new Map();
let isTornDown = false;

function load(file) {
  let module = loaded.get(file);
  if (module === undefined) {
    if (isTornDown) process.exitCode = 1;
    module = { exports: {} };
    loaded.set(file, module);
    const code = new vm.Script(Module.wrap(readFileSync(file, "utf8")), { filename: file });
    const own = Module.createRequire(file);
    const resolve = (name) => (name.startsWith("./") ? load(path.join(dist, name)) : own(name));
    code.runInContext(sandbox)(module.exports, resolve, module, file, dist);
  }
  return module.exports;
}

const otel = load(path.join(dist, "index.cjs"));
const { WAY, ENDPOINT } = process.env;
const processors = {
  "http/protobuf": {},
  grpc: {},
  HTTPSpanExporter: () => new otel.HTTPSpanExporter({ endpoint: ENDPOINT }),
  GRPCSpanExporter: () => new otel.GRPCSpanExporter({ endpoint: ENDPOINT }),
};

async function main() {
  const exporter = typeof processors[WAY] === "function" && processors[WAY]();
  const { SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-node");
  const provider = otel.register(
    exporter
      ? { spanProcessors: [new SimpleSpanProcessor(exporter)] }
      : { endpoint: ENDPOINT, protocol: WAY },
  );
  const traced = otel.traceChain(async () => 1, { name: "in a sandbox" });
  await traced();
  if (process.env.TORN_DOWN) {
    provider.getTracer("by hand").startSpan("by hand").end();
    isTornDown = true;
    setTimeout(() => undefined, 200);
  }
  await provider.forceFlush();
}
void main();
