// Ends, by HOW, while wrapped functions are on their way; prints what a processor of the program's own sees.
import { register, traceAgent, traceChain, traceTool } from "phoenix-otel";

const { HOW, HTTP_URL, FLUSH_ON_EXIT } = process.env;
const own = {
  onStart() {},
  onEnd: ({ name, attributes }) =>
    console.log(name, attributes["stream.abandoned"], attributes["output.value"]),
  forceFlush: async () => {},
  shutdown: async () => {},
};
register({
  ...(HTTP_URL === undefined ? { spanProcessors: [own] } : { url: HTTP_URL, protocol: "http/protobuf" }),
  flushOnExit: FLUSH_ON_EXIT !== "false",
});

const speak = traceChain(
  async function* speak() {
    yield "Hel";
    yield "lo";
  },
  { name: "speak" },
);
const wait = traceTool(() => new Promise(() => {}), { name: "wait" });
const run = traceAgent(
  async () => {
    const words = speak();
    await words.next();
    if (HOW === "exit") setImmediate(() => process.exit(3));
    if (HOW === "throw") setImmediate(() => undefinedFunction());
    if (HOW === "signal") setImmediate(() => process.kill(process.pid, "SIGTERM"));
    if (HOW === "again") process.once("beforeExit", () => void afterwards());
    await wait();
  },
  { name: "run" },
);
const afterwards = traceTool(() => new Promise((resolve) => void setTimeout(resolve, 5)), {
  name: "afterwards",
});

if (HOW === "signal") setInterval(() => {}, 1_000);
void run();
