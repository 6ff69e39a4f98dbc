// One run of one candidate in a process of its own: spans at a steady pace, then a flush. Prints its figures.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { CANDIDATES } from "./delivery-candidates.mjs";
import { spanMaker } from "./delivery-spans.mjs";

const { candidate, protocol, url, alphabet, bytes, spans, spansPerSecond, warmUp } = JSON.parse(
  process.argv[2],
);

const provider = await CANDIDATES[candidate](protocol, url);
const tracer = provider.getTracer("bench");

/** Makes what is due by the clock, every 2 ms: a candidate that blocks the loop has to catch up. */
function pace(total, spansPerSecond, makeSpan) {
  const start = performance.now();
  let made = 0;
  return new Promise((resolve) => {
    const turn = () => {
      const due = Math.min(total, Math.ceil(((performance.now() - start) * spansPerSecond) / 1000));
      while (made < due) makeSpan(made++);
      if (made < total) setTimeout(turn, 2);
      else resolve();
    };
    turn();
  });
}

// What is measured is a process that has been running for a while: its code is compiled, its connection is open.
await pace(warmUp.spans, warmUp.spansPerSecond, spanMaker(tracer, alphabet, warmUp.bytes));
await provider.forceFlush();
globalThis.gc?.();

const makeSpan = spanMaker(tracer, alphabet, bytes);
const delay = monitorEventLoopDelay({ resolution: 1 });
const before = process.cpuUsage();
delay.enable();
await pace(spans, spansPerSecond, makeSpan);
delay.disable();
await provider.shutdown();
const { user, system } = process.cpuUsage(before);

console.log(
  JSON.stringify({
    cpuMicrosPerSpan: (user + system) / spans,
    delayP99Millis: delay.percentile(99) / 1e6,
  }),
);
