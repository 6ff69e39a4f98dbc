// Loses its working directory, and ends.
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isMainThread, Worker } from "node:worker_threads";

const { WHEN, END, HTTP_URL } = process.env;

function remove(when) {
  if (WHEN !== when || !isMainThread) return;
  const folder = mkdtempSync(path.join(tmpdir(), "removed-"));
  process.chdir(folder);
  rmdirSync(folder);
}

const { register } = await import("phoenix-otel");
const where = () => {
  try {
    return process.cwd();
  } catch (error) {
    return error.code;
  }
};

function trace() {
  remove("before register");
  const provider = register({ endpoint: HTTP_URL, protocol: "http/protobuf" });
  provider.getTracer("directory").startSpan("span").end();
}

const ends = {
  natural: () => {},
  exit: () => process.exit(7),
  throw: () => {
    setImmediate(() => {
      throw new Error("on purpose");
    });
  },
  SIGTERM: () => {
    setTimeout(() => process.exit(99), 8000);
    process.kill(process.pid, "SIGTERM");
  },
  asks: () => {
    process.on("exit", () => process.stdout.write(where()));
    process.exit();
  },
};

if (END === "in a thread" && isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on("message", () => {
    remove("in a thread");
    worker.postMessage("");
  });
  worker.on("exit", (code) => process.stdout.write(`thread ${code}`));
} else if (END === "in a thread") {
  const { parentPort } = await import("node:worker_threads");
  trace();
  parentPort.once("message", () => process.exit(7));
  parentPort.postMessage("");
} else {
  trace();
  remove("before the end");
  process.prependListener("exit", () => remove("at the end"));
  ends[END]();
}
