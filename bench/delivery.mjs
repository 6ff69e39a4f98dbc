// What delivering a span costs beside the stock BatchSpanProcessor and OTLP exporter: processor time, and how long
// the event loop is held up. The receiver is another process; every run is a process of its own.
import { buildEncoder } from "./delivery-floor.mjs";
import { interleave, median, row, runChild, startSink } from "./ratios.mjs";

const ROUNDS = 5;
/** Seconds: connections are open then, but what runs once a request is not compiled yet where there are 50 a second. */
const WARM_UP = 4;
const PROTOCOLS = ["http/protobuf", "grpc"];
const NONE = { candidate: "none", protocol: "none" };
const FLOOR = { candidate: "floor", protocol: "http/protobuf" };

const SIZES = [
  { name: "2 KB", bytes: 2_000, spansPerSecond: 8_000, seconds: 2 },
  { name: "20 KB", bytes: 20_000, spansPerSecond: 1_200, seconds: 2 },
];
const STEADY = { bytes: 2_000, spansPerSecond: 5_000, seconds: 2, alphabet: "ascii", measureDelay: true };

/** The bars of processor time, by what the text is written in. */
const BARS = { ascii: 0.25, chinese: 0.35 };
/** What a new build may cost more than the one it is measured beside. */
const BESIDE_BAR = 1.03;

/** What is measured: each a table, the load, a title, the figure of a run, and how it is judged. */
const MEASUREMENTS = [
  ...SIZES.flatMap(({ name, ...size }) =>
    Object.keys(BARS).map((alphabet) => ({
      table: "delivery",
      load: { ...size, alphabet },
      title: `CPU per span, ${name}, ${alphabet}`,
      figure: "cpuMicrosPerSpan",
      unit: "µs",
      bar: BARS[alphabet],
    })),
  ),
  {
    table: "eventLoop",
    load: STEADY,
    title: "loop delay p99, 5,000 spans/s",
    figure: "delayP99Millis",
    unit: "ms",
    bar: 0.08,
  },
];

/** Measures what has `only` in its title, one after the other; gives the name and the lines of a table each time. */
export async function* measureDelivery({ only, rounds = ROUNDS, warmUp = WARM_UP, beside }) {
  buildEncoder();
  const sink = await startSink();
  try {
    for (const measurement of MEASUREMENTS) {
      if (!measurement.title.includes(only)) continue;
      yield [measurement.table, await compare(sink, measurement, { rounds, warmUp, beside })];
    }
  } finally {
    sink.stop();
  }
}

/** Both protocols in one series of rounds: each figure above that of a provider that delivers nothing, and as it is. */
async function compare(sink, { load, title, figure, unit, bar }, { rounds, warmUp, beside }) {
  const candidates = [
    NONE,
    FLOOR,
    ...PROTOCOLS.flatMap((protocol) =>
      ["stock", "phoenix-otel", ...(beside ? ["before"] : [])].map((candidate) => ({ candidate, protocol })),
    ),
  ];
  const lost = new Set();
  const results = await interleave(candidates, rounds, async (each) => {
    const url = sink.urls[each.protocol];
    const result = await runChild("delivery-run.mjs", { ...load, ...each, url, warmUp, beside });
    const arrived = await sink.takeCount();
    const expected = each === NONE ? 0 : result.spans;
    if (arrived !== expected) {
      lost.add(each.protocol);
      console.error(`${each.candidate}, ${each.protocol}: ${arrived} of ${expected} spans arrived`);
    }
    return result[figure];
  });
  const none = median(results.get(NONE));
  const floor = median(results.get(FLOOR)) - none;
  return PROTOCOLS.flatMap((protocol) => {
    const figureOf = (name) =>
      median(results.get(candidates.find((one) => one.candidate === name && one.protocol === protocol)));
    const whole = [figureOf("stock"), figureOf("phoenix-otel")];
    const ratioOf = ([other, ours]) => (lost.has(protocol) ? undefined : ours / other);
    const above = whole.map((each) => each - none);
    const rows = [
      row(`${title}, ${protocol}`, unit, above, ratioOf(above), bar),
      row(`  no-op included (${none.toFixed(1)} ${unit})`, unit, whole, ratioOf(whole)),
    ];
    if (protocol === FLOOR.protocol) {
      const figures = [above[0], floor];
      rows.push(row("  only encoded, and written to a bare socket", unit, figures, ratioOf(figures)));
    }
    if (beside) {
      const figures = [figureOf("before"), whole[1]];
      rows.push(row("  no-op included, beside the other build", unit, figures, ratioOf(figures), BESIDE_BAR));
    }
    return rows;
  });
}
