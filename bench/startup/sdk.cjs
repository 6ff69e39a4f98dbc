// The yardstick under require().
const cpu = process.cpuUsage();
const start = performance.now();
require("@opentelemetry/sdk-trace-node");
const millis = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ millis, cpuMillis: (user + system) / 1000 }));
