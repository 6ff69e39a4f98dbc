// `npm run demo`: runs the quickstart agent with its spans travelling over real OTLP, to
// PHOENIX_COLLECTOR_ENDPOINT when that is set, else to a `phoenix-otel view` that prints them as a tree.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const SHOWN_WITHIN_MILLIS = 10_000;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const node = (args, options) => spawn(process.execPath, args, { cwd: root, ...options });
const ended = (child) => new Promise((resolve) => child.once("exit", (code) => resolve(code ?? 1)));

/** The view on free ports; its stdout is ours, and it ends by itself after the trace, or with us. */
async function startView() {
  const args = ["dist/cli/phoenix-otel.mjs", "view", "--once", "--http-port", "0", "--grpc-port", "0"];
  const child = node(args, { stdio: ["pipe", "inherit", "pipe"] });
  const end = ended(child);
  let said = "";
  const listening = new Promise((resolve) => {
    child.stderr.on("data", (chunk) => {
      said += chunk;
      const [, endpoint, grpcPort] = /(http:\S+) \(HTTP\) and http:\S+:(\d+) \(gRPC\)/.exec(said) ?? [];
      if (endpoint !== undefined)
        resolve({ PHOENIX_COLLECTOR_ENDPOINT: endpoint, PHOENIX_GRPC_PORT: grpcPort });
    });
  });
  const environment = await Promise.race([listening, end]);
  if (typeof environment === "number") throw new Error(`The view ended with ${environment}: ${said.trim()}`);
  return { child, end, environment };
}

const configured = process.env["PHOENIX_COLLECTOR_ENDPOINT"]?.trim() || undefined;
const view = configured === undefined ? await startView() : undefined;
const where =
  configured ?? `"phoenix-otel view" (gRPC port ${view.environment.PHOENIX_GRPC_PORT}), which prints them`;
console.log(`A support agent answers one question. Its spans go to ${where}.\n`);

const agent = node(["--import", "tsx", "examples/quickstart.ts"], {
  stdio: "inherit",
  env: { ...process.env, ...view?.environment },
});
process.exitCode = await ended(agent);

if (view === undefined) {
  console.log(`Its trace is in the project "quickstart": open that address in a browser to see it.`);
} else {
  const impatience = setTimeout(() => view.child.kill("SIGTERM"), SHOWN_WITHIN_MILLIS);
  process.exitCode ||= await view.end;
  clearTimeout(impatience);
  console.log(
    'To look at it in a browser: run "npx phoenix-otel view", open http://localhost:6006, and run this again with' +
      " PHOENIX_COLLECTOR_ENDPOINT=http://localhost:6006.",
  );
}
