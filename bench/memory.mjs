// The memory of a process that traces, beside the stock processor and exporter: resident set size while spans come at a
// steady pace, and after a burst was delivered. Every run is a process of its own.
import { interleave, median, row, runChild, startSink } from "./ratios.mjs";

const ROUNDS = 5;
const LOAD = { bytes: 2_000, spansPerSecond: 2_000, seconds: 4, burst: 20_000 };
const FIGURES = [
  ["steady", "RSS, 2,000 spans/s of 2 KB"],
  ["afterBurst", "RSS after a burst of 20,000 spans"],
];

/** Measures one protocol after the other; gives the name and the lines of a table each time. */
export async function* measureMemory({ only, rounds = ROUNDS }) {
  const sink = await startSink();
  try {
    for (const protocol of ["http/protobuf", "grpc"]) {
      if (!FIGURES.some(([, title]) => `${title}, ${protocol}`.includes(only))) continue;
      yield ["memory", await compare(sink, protocol, rounds)];
    }
  } finally {
    sink.stop();
  }
}

async function compare(sink, protocol, rounds) {
  let lost = false;
  const results = await interleave(["stock", "phoenix-otel"], rounds, async (candidate) => {
    const url = sink.urls[protocol];
    const { spans, ...figures } = await runChild("memory-run.mjs", { ...LOAD, candidate, protocol, url });
    const arrived = await sink.takeCount();
    if (arrived !== spans) {
      lost = true;
      console.error(`${candidate}, ${protocol}: ${arrived} of ${spans} spans arrived`);
    }
    return figures;
  });
  return FIGURES.map(([figure, title]) => {
    const [stock, ours] = ["stock", "phoenix-otel"].map((candidate) =>
      median(results.get(candidate).map((each) => each[figure])),
    );
    const ratio = lost ? undefined : ours / stock;
    return row(`${title}, ${protocol}`, "MB", [stock, ours], ratio, 1);
  });
}
