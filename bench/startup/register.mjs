// import and register(), with nothing set.
const cpu = process.cpuUsage();
const start = performance.now();
const { register } = await import("../../dist/node.mjs");
register();
const millis = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ millis, cpuMillis: (user + system) / 1000 }));
