// The yardstick: what everybody who traces with OpenTelemetry in Node imports.
const cpu = process.cpuUsage();
const start = performance.now();
await import("@opentelemetry/sdk-trace-node");
const millis = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ millis, cpuMillis: (user + system) / 1000 }));
