// One call in this thread, one in a worker thread, one in a child process that is forked and one in a child that is spawned.
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { isMainThread, Worker } from "node:worker_threads";
import { OpenAI } from "openai";

const self = fileURLToPath(import.meta.url);
const { WHERE = "here" } = process.env;
const client = new OpenAI({ apiKey: "key", baseURL: `${process.env.MODELS}/v1`, maxRetries: 0 });
const messages = [{ role: "user", content: isMainThread ? WHERE : "thread" }];
await client.chat.completions.create({ model: "gpt-4o", messages });

if (isMainThread && WHERE === "here") {
  await once(new Worker(self), "exit");
  const env = (WHERE) => ({ ...process.env, WHERE });
  await once(fork(self, { env: env("forked") }), "exit");
  // Only what is in NODE_OPTIONS goes along.
  await once(spawn(process.execPath, [self], { env: env("spawned"), stdio: "inherit" }), "exit");
  process.exitCode = 3;
}
