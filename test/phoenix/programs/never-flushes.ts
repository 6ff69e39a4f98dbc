// Traces SPAN_COUNT steps and ends, with nothing about delivery in it.
import { register, traceChain } from "phoenix-otel";

register();

const count = Number(process.env["SPAN_COUNT"] ?? "1");
const step = traceChain((at: number) => at, { name: "step" });

for (let at = 0; at < count; at += 1) step(at);

console.log(`did ${count} steps`);
