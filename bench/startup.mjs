// What starting costs: import and register() beside importing the SDK alone, and a whole script up to its first
// delivered span beside the stock provider and exporter. Every run is a process of its own.
import { interleave, median, row, runChild, startSink } from "./ratios.mjs";

const IMPORT_ROUNDS = 15;
const FIRST_SPAN_ROUNDS = 11;
const START_BAR = 1.1;
const FIRST_SPAN_BAR = 0.8;

/** Measures one thing after the other; gives the name and the lines of a table each time. */
export async function* measureStartup({ only }) {
  for (const [format, extension] of [
    ["ESM", "mjs"],
    ["CommonJS", "cjs"],
  ]) {
    if (`import + register(), ${format}`.includes(only))
      yield ["start", await compareImports(format, extension)];
  }
  const sink = await startSink();
  try {
    for (const protocol of ["http/protobuf", "grpc"]) {
      if (!`CPU from start to first delivered span, ${protocol}`.includes(only)) continue;
      yield ["firstSpan", [await compareFirstSpan(sink, protocol)]];
    }
  } finally {
    sink.stop();
  }
}

async function compareImports(format, extension) {
  const results = await interleave(["sdk", "register"], IMPORT_ROUNDS, async (name) => {
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

async function compareFirstSpan(sink, protocol) {
  let lost = false;
  const results = await interleave(["stock", "phoenix-otel"], FIRST_SPAN_ROUNDS, async (candidate) => {
    const { cpuMillis } = await runChild("first-span.mjs", { candidate, protocol, url: sink.urls[protocol] });
    if ((await sink.takeCount()) !== 1) lost = true;
    return cpuMillis;
  });
  const figures = ["stock", "phoenix-otel"].map((candidate) => median(results.get(candidate)));
  const ratio = lost ? undefined : figures[1] / figures[0];
  return row(`CPU from start to first delivered span, ${protocol}`, "ms", figures, ratio, FIRST_SPAN_BAR);
}
