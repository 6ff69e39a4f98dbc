// <runtime> program.mjs <end>: wrappers nest, then the program ends in one of the ways that programs have.
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { register, traceChain, traceTool } from "phoenix-otel";

const provider = register({ projectName: "runtimes" });
const tool = traceTool(async (question) => (await wait(5), question.length), { name: "tool" });
const chain = traceChain(async (question) => await tool(question), { name: "chain" });

const ends = {
  natural: () => {},
  exit: () => process.exit(3),
  sigterm: () => {
    setInterval(() => {}, 1000);
    process.kill(process.pid, "SIGTERM");
  },
  uncaught: () => {
    setTimeout(() => {
      throw new Error("uncaught by all");
    });
  },
  rejected: () => {
    void Promise.reject(new Error("rejected by all"));
  },
  flush: async () => {
    console.log(`flushed ${JSON.stringify(await provider.flush())}`);
    process.exit(0);
  },
};

console.log(`answer ${await chain("hello")}`);
await ends[process.argv[2]]();
