// Has lines to say on a stderr that takes none, now and later; goes on, and ends with 5. fd 3 hears of errors.
import { closeSync, writeSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { register, withSpan } from "phoenix-otel";

const { BEFORE, LISTENS } = process.env;
const heard = (what) => (error) => writeSync(3, `${what} ${error.code ?? error.message}\n`);
process.on("uncaughtExceptionMonitor", heard("uncaught"));
if (LISTENS === "uncaughtException") process.on("uncaughtException", () => process.exit(6));
if (LISTENS === "stderr") process.stderr.on("error", () => process.exit(6));

const hostile = {
  closes: () => closeSync(2),
  ends: () => process.stderr.end(),
  destroys: () => process.stderr.destroy(),
  patches: () => {
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (...args) => write(...args);
  },
  /** Until it takes no more. */
  fills: () => {
    void process.stderr;
    try {
      for (;;) writeSync(2, "x".repeat(4096));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  },
};
hostile[BEFORE]?.();

// Each kind is told once.
const kinds = ["LLM", "CHAIN", "TOOL", "AGENT", "EMBEDDING", "RETRIEVER"];
register({ flushOnExit: false });
for (const kind of kinds) {
  withSpan(undefined, { kind });
  for (let turns = 0; turns < 3; turns++) await turn();
}
process.stdout.write("alive");
process.on("exit", () => withSpan(undefined, { kind: "PROMPT" }));
if (process.env.WAITS) process.stdin.once("data", () => process.exit(5));
else process.exit(5);
