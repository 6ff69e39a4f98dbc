// Uses up its file descriptors, traces, and ends as END says.
import { closeSync, openSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { register, traceTool } from "phoenix-otel";

const { END, WAY, HTTP_URL, GRPC_URL, WARM } = process.env;
const provider = register({
  endpoint: WAY === "grpc" ? GRPC_URL : HTTP_URL,
  protocol: WAY === "grpc" ? "grpc" : "http/protobuf",
  ...(END === "filtered" && { spanFilter: ({ name }) => name !== "between" }),
});
const tracer = provider.getTracer("descriptors");
const trace = (name) => tracer.startSpan(name).end();
const held = [];
const useUp = () => {
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch (error) {
    if (error.code !== "EMFILE") throw error;
  }
};
const free = () => {
  for (const descriptor of held.splice(0)) closeSync(descriptor);
};
const tell = (value) => process.stdout.write(JSON.stringify(value));

if (WARM) {
  trace("warm");
  await provider.forceFlush();
}
useUp();
const ends = {
  freed: async () => {
    trace("meanwhile");
    const { emitted, queued } = provider.stats();
    tell({ emitted, queued });
    await wait(100);
    free();
    while (provider.stats().delivered < 1) await wait(50);
    trace("afterwards");
  },
  flushed: async () => {
    trace("meanwhile");
    tell(await provider.flush());
    free();
    tell(await provider.flush());
  },
  filtered: async () => {
    const root = tracer.startActiveSpan("root", (span) => span);
    tracer.startActiveSpan("root", (top) => {
      tracer.startActiveSpan("between", (between) => {
        trace("leaf");
        between.end();
      });
      top.end();
    });
    root.end();
    free();
    await provider.flush();
  },
  wrapped: async () => {
    const tool = traceTool(function twice(number) {
      return 2 * number;
    });
    tell([tool(1), tool.name, tool.length]);
    free();
    // Until the code is looked for again.
    while (provider.stats().emitted === 0) {
      tool(2);
      await wait(100);
    }
  },
  many: async () => {
    for (let index = 0; index < 3000; index++) trace(`span ${index}`);
    const { emitted, queued, dropped } = provider.stats();
    tell({ emitted, queued, full: dropped.queue_full });
    free();
    await provider.flush();
  },
  shutdown: async () => {
    trace("meanwhile");
    await provider.shutdown();
    trace("late");
    const { dropped } = provider.stats();
    tell([dropped.shutdown, dropped.after_shutdown]);
  },
  exit: () => {
    trace("meanwhile");
    process.exit(4);
  },
  "freed at exit": () => {
    trace("meanwhile");
    process.prependListener("exit", free);
    process.exit(4);
  },
  SIGTERM: () => {
    trace("meanwhile");
    setTimeout(() => process.exit(99), 8000);
    process.kill(process.pid, "SIGTERM");
  },
};
await ends[END]();
