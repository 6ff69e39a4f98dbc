// What delivering a span costs beside the stock BatchSpanProcessor and OTLP exporter: processor time, and how long
// the event loop is held up. The receiver is another process; every run is a process of its own.
import { buildEncoder } from "./delivery-floor.mjs";
import { interleave, median, row, runChild, startSink } from "./ratios.mjs";

const ROUNDS = 5;
const PROTOCOLS = ["http/protobuf", "grpc"];
const NONE = { candidate: "none", protocol: "none" };
const FLOOR = { candidate: "floor", protocol: "http/protobuf" };

const SIZES = [
  { name: "2 KB", bytes: 2_000, spansPerSecond: 8_000, seconds: 2 },
  { name: "20 KB", bytes: 20_000, spansPerSecond: 1_200, seconds: 2 },
];
const STEADY = { bytes: 2_000, spansPerSecond: 5_000, seconds: 2, alphabet: "ascii", measureDelay: true };

/** What is measured: each a table, the load, a title, the figure of a run, and how it is judged. */
const MEASUREMENTS = [
  ...SIZES.flatMap(({ name, ...size }) =>
    ["ascii", "chinese"].map((alphabet) => ({
      table: "delivery",
      load: { ...size, alphabet },
      title: `CPU per span, ${name}, ${alphabet}`,
      figure: "cpuMicrosPerSpan",
      unit: "µs",
      bar: 0.3,
      aim: 0.25,
    })),
  ),
  {
    table: "eventLoop",
    load: STEADY,
    title: "loop delay p99, 5,000 spans/s",
    figure: "delayP99Millis",
    unit: "ms",
    bar: 0.15,
    aim: 0.1,
  },
];

/** Measures what has `only` in its title, one after the other; gives the name and the lines of a table each time. */
export async function* measureDelivery(only, rounds = ROUNDS) {
  buildEncoder();
  const sink = await startSink();
  try {
    for (const measurement of MEASUREMENTS) {
      if (!measurement.title.includes(only)) continue;
      yield [measurement.table, await compare(sink, measurement, rounds)];
    }
  } finally {
    sink.stop();
  }
}

/** Both protocols in one series of rounds: each figure above that of a provider that delivers nothing, and as it is. */
async function compare(sink, { load, title, figure, unit, bar, aim }, rounds) {
  const candidates = [
    NONE,
    FLOOR,
    ...PROTOCOLS.flatMap((protocol) =>
      ["stock", "phoenix-otel"].map((candidate) => ({ candidate, protocol })),
    ),
  ];
  const lost = new Set();
  const results = await interleave(candidates, rounds, async (each) => {
    const url = sink.urls[each.protocol];
    const result = await runChild("delivery-run.mjs", { ...load, ...each, url });
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
    const whole = ["stock", "phoenix-otel"].map((name) =>
      median(results.get(candidates.find((one) => one.candidate === name && one.protocol === protocol))),
    );
    const ratioOf = ([stock, ours]) => (lost.has(protocol) ? undefined : ours / stock);
    const above = whole.map((each) => each - none);
    const rows = [
      row(`${title}, ${protocol}`, unit, above, ratioOf(above), bar, aim),
      row(`  no-op included (${none.toFixed(1)} ${unit})`, unit, whole, ratioOf(whole)),
    ];
    if (protocol === FLOOR.protocol) {
      const figures = [above[0], floor];
      rows.push(row("  only encoded, and written to a bare socket", unit, figures, ratioOf(figures)));
    }
    return rows;
  });
}
