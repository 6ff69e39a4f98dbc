// What delivering a span costs beside the stock BatchSpanProcessor and OTLP exporter: processor time, and how long
// the event loop is held up. The receiver is another process; every run is a process of its own.
import { interleave, median, row, runChild, startSink } from "./ratios.mjs";

const ROUNDS = 5;
const PROTOCOLS = ["http/protobuf", "grpc"];
const NONE = { candidate: "none", protocol: "none" };

const SIZES = [
  { name: "2 KB", bytes: 2_000, spansPerSecond: 8_000, seconds: 2 },
  { name: "20 KB", bytes: 20_000, spansPerSecond: 1_200, seconds: 2 },
];
const STEADY = { bytes: 2_000, spansPerSecond: 5_000, seconds: 2, alphabet: "ascii", measureDelay: true };

/** Measures one thing after the other; gives the name and the lines of a table each time. */
export async function* measureDelivery() {
  const sink = await startSink();
  try {
    for (const { name, ...size } of SIZES) {
      for (const alphabet of ["ascii", "chinese"]) {
        const label = (protocol) => `CPU per span, ${name}, ${alphabet}, ${protocol}`;
        yield [
          "delivery",
          await compare(sink, { ...size, alphabet }, "cpuMicrosPerSpan", label, "µs", [0.3, 0.25]),
        ];
      }
    }
    const label = (protocol) => `loop delay p99, 5,000 spans/s, ${protocol}`;
    yield ["eventLoop", await compare(sink, STEADY, "delayP99Millis", label, "ms", [0.15, 0.1])];
  } finally {
    sink.stop();
  }
}

/** Both protocols in one series of rounds, each figure above that of a provider that delivers nothing. */
async function compare(sink, load, figure, label, unit, [bar, aim]) {
  const candidates = [
    NONE,
    ...PROTOCOLS.flatMap((protocol) =>
      ["stock", "phoenix-otel"].map((candidate) => ({ candidate, protocol })),
    ),
  ];
  const lost = new Set();
  const results = await interleave(candidates, ROUNDS, async (each) => {
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
  return PROTOCOLS.map((protocol) => {
    const [stock, ours] = ["stock", "phoenix-otel"].map((name) => {
      const each = candidates.find((one) => one.candidate === name && one.protocol === protocol);
      return Math.max(0, median(results.get(each)) - none);
    });
    return row(label(protocol), unit, [stock, ours], lost.has(protocol) ? undefined : ours / stock, bar, aim);
  });
}
