// One run of one candidate in a process of its own: spans at a steady pace, then a flush. Prints its figures.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import { CANDIDATES } from "./delivery-candidates.mjs";
import { pace } from "./delivery-pace.mjs";
import { spanMaker } from "./delivery-spans.mjs";

const { candidate, protocol, url, alphabet, bytes, seconds, warmUp, spansPerSecond, measureDelay, beside } =
  JSON.parse(process.argv[2]);

const provider = await CANDIDATES[candidate](protocol, url, beside);
const tracer = provider.getTracer("bench");
// From the first active span on, Node tracks contexts, which every promise pays for: so it is in any traced program.
context.with(ROOT_CONTEXT, () => undefined);

const makeSpan = spanMaker(tracer, alphabet, bytes);
await pace(warmUp, spansPerSecond, makeSpan);
await provider.forceFlush();

const delay = monitorEventLoopDelay({ resolution: 1 });
if (measureDelay) delay.enable();
const before = process.cpuUsage();
await pace(seconds, spansPerSecond, makeSpan);
delay.disable();
await provider.shutdown();
const { user, system } = process.cpuUsage(before);

console.log(
  JSON.stringify({
    spans: (warmUp + seconds) * spansPerSecond,
    cpuMicrosPerSpan: (user + system) / (seconds * spansPerSecond),
    delayP99Millis: delay.percentile(99) / 1e6,
  }),
);
