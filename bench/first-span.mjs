// A script that sends one span and prints the processor time it took from its start to the span's delivery.
import { CANDIDATES } from "./delivery-candidates.mjs";

const { candidate, protocol, url } = JSON.parse(process.argv[2]);
const provider = await CANDIDATES[candidate](protocol, url);
provider.getTracer("bench").startSpan("first").end();
await provider.forceFlush();
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ cpuMillis: (user + system) / 1000 }));
// Nothing is delivered after the figure was taken: a span that was not there by now counts as lost.
process.kill(process.pid, "SIGKILL");
