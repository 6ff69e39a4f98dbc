// What starting costs: import and register() beside importing the SDK alone, the preload beside register(), and a whole script up to its first
// delivered span beside the stock provider and exporter. Every run is a process of its own.
import path from "node:path";
import { interleave, median, row, runChild, startSink } from "./ratios.mjs";

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const IMPORT_ROUNDS = 15;
const FIRST_SPAN_ROUNDS = 11;
const START_BAR = 1.1;
const FIRST_SPAN_BAR = 0.8;
const PRELOAD_BAR = 1.3;

/** Measures one thing after the other; gives the name and the lines of a table each time. */
export async function* measureStartup({ only, rounds }) {
  for (const [format, extension] of [
    ["ESM", "mjs"],
    ["CommonJS", "cjs"],
  ]) {
    if (`import + register(), ${format}`.includes(only))
      yield ["start", await compareImports(format, extension, rounds)];
  }
  for (const how of ["import", "require"]) {
    if (`phoenix-otel/preload, --${how}`.includes(only)) yield ["preload", await comparePreload(how, rounds)];
  }
  const sink = await startSink();
  try {
    for (const protocol of ["http/protobuf", "grpc"]) {
      if (!`CPU from start to first delivered span, ${protocol}`.includes(only)) continue;
      yield ["firstSpan", [await compareFirstSpan(sink, protocol, rounds)]];
    }
  } finally {
    sink.stop();
  }
}

async function compareImports(format, extension, rounds = IMPORT_ROUNDS) {
  const results = await interleave(["sdk", "register"], rounds, async (name) => {
    const start = performance.now();
    const inside = await runChild(`startup/${name}.${extension}`, {});
    return { ...inside, processMillis: performance.now() - start };
  });
  const line = (what, figure, bar) => {
    const figures = ["sdk", "register"].map((name) => median(results.get(name).map((each) => each[figure])));
    return row(`${what}, ${format}`, "ms", figures, figures[1] / figures[0], bar);
  };
  return [
    line("import + register(), time", "millis", START_BAR),
    line("import + register(), CPU", "cpuMillis", START_BAR),
    line("the whole process, time", "processMillis"),
  ];
}

/** What passes before the program's first line: with nothing before it, with register(), with the preload. */
async function comparePreload(how, rounds = IMPORT_ROUNDS) {
  const [extension, preload] = how === "import" ? ["mjs", "preload.mjs"] : ["cjs", "preload.cjs"];
  const candidates = {
    nothing: [],
    register: [`--${how}`, path.join(here, `startup/before.${extension}`)],
    preload: [`--${how}`, path.join(here, "../dist", preload)],
  };
  const results = await interleave(Object.keys(candidates), rounds, (name) =>
    runChild(`startup/first-line.${extension}`, {}, candidates[name]),
  );
  const [nothing, ...figures] = Object.keys(candidates).map((name) =>
    median(results.get(name).map(({ millis }) => millis)),
  );
  const costs = figures.map((millis) => millis - nothing);
  return [row(`before the first line, --${how}`, "ms", costs, costs[1] / costs[0], PRELOAD_BAR)];
}

async function compareFirstSpan(sink, protocol, rounds = FIRST_SPAN_ROUNDS) {
  let lost = false;
  const results = await interleave(["stock", "phoenix-otel"], rounds, async (candidate) => {
    const { cpuMillis } = await runChild("first-span.mjs", { candidate, protocol, url: sink.urls[protocol] });
    if ((await sink.takeCount()) !== 1) lost = true;
    return cpuMillis;
  });
  const figures = ["stock", "phoenix-otel"].map((candidate) => median(results.get(candidate)));
  const ratio = lost ? undefined : figures[1] / figures[0];
  return row(`CPU from start to first delivered span, ${protocol}`, "ms", figures, ratio, FIRST_SPAN_BAR);
}
