// One run of one candidate in a process of its own: spans at a steady pace, then a burst. Prints its resident memory.
import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import { CANDIDATES } from "./delivery-candidates.mjs";
import { pace } from "./delivery-pace.mjs";
import { spanMaker } from "./delivery-spans.mjs";

const WARM_UP_SECONDS = 2;
const SAMPLE_EVERY_MILLIS = 50;
/** Time for sockets to close and for a collector that runs beside the program. */
const SETTLE_MILLIS = 1_000;

const { candidate, protocol, url, bytes, seconds, spansPerSecond, burst } = JSON.parse(process.argv[2]);

const provider = await CANDIDATES[candidate](protocol, url);
const makeSpan = spanMaker(provider.getTracer("bench"), "ascii", bytes);
context.with(ROOT_CONTEXT, () => undefined);

const megabytes = () => process.memoryUsage.rss() / 1024 / 1024;

await pace(WARM_UP_SECONDS, spansPerSecond, makeSpan);
const samples = [];
const sampling = setInterval(() => samples.push(megabytes()), SAMPLE_EVERY_MILLIS);
await pace(seconds, spansPerSecond, makeSpan);
clearInterval(sampling);
const steady = samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)];

for (let index = 0; index < burst; index++) makeSpan(index);
await provider.forceFlush();
await new Promise((resolve) => setTimeout(resolve, SETTLE_MILLIS));
const afterBurst = megabytes();
await provider.shutdown();

console.log(
  JSON.stringify({ spans: (WARM_UP_SECONDS + seconds) * spansPerSecond + burst, steady, afterBurst }),
);
