// A Next.js application with the packed package: Next's build, with both of its bundlers, minifies the server too.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { freePorts } from "../support/free-ports.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

const FILES = {
  "package.json": JSON.stringify({ name: "app", private: true }),
  "next.config.mjs": "export default {};",
  "instrumentation.js": `
    export async function register() {
      if (process.env.NEXT_RUNTIME !== "nodejs") return;
      const phoenix = await import("phoenix-otel");
      phoenix.register();
    }`,
  "app/layout.jsx": "export default ({ children }) => <html><body>{children}</body></html>;",
  "app/page.jsx": "export default () => <p>home</p>;",
  "app/answer/route.js": `
    import { trace } from "@opentelemetry/api";
    import { traceChain, traceTool } from "phoenix-otel";
    export const dynamic = "force-dynamic";
    const plain = trace.getTracer("plain");
    const tool = traceTool(async () => plain.startActiveSpan("plain", (span) => span.end()), { name: "tool" });
    const chain = traceChain(async () => (await tool(), "answered"), { name: "chain" });
    export const GET = async () => new Response(await chain());`,
};

let project: string;
let receiver: OtlpReceiver;
let server: ChildProcess | undefined;

const { PATH = "", HOME = "" } = process.env;
const env = { PATH, HOME, NEXT_TELEMETRY_DISABLED: "1", CI: "true" };

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "next-"));
  for (const [name, text] of Object.entries(FILES)) {
    const file = path.join(project, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", project], { cwd: root });
  const packages = ["next@16.4.6", "react@19", "react-dom@19", "@opentelemetry/api@1.9.1"];
  await run("npm", ["install", "--silent", ...packages, path.join(project, stdout.trim())], {
    cwd: project,
  });
});
afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  server?.kill();
  await receiver.stop();
});

const next = (...args: string[]): [string, string[]] => [
  process.execPath,
  [path.join(project, "node_modules/next/dist/bin/next"), ...args],
];

/** Starts what was built, asks it once, and gives our spans with their parents. */
async function answered(variables: Record<string, string>): Promise<string[]> {
  const [port = 0] = await freePorts(1);
  const variablesOfAll = { ...env, PHOENIX_DISCOVER_CONFIG: "false", ...variables };
  server = spawn(...next("start", "--port", String(port)), { cwd: project, env: variablesOfAll });
  const url = `http://127.0.0.1:${port}/answer`;
  const ask = (): Promise<string> => fetch(url).then((response) => response.text());
  await expect.poll(() => ask().catch(() => "not yet"), { timeout: 60_000 }).toBe("answered");
  const ours = (): typeof receiver.spans =>
    receiver.uniqueSpans.filter(({ name }) => ["chain", "tool", "plain"].includes(name));
  await expect.poll(() => ours().length, { timeout: 20_000 }).toBe(3);
  const nameOf = new Map(ours().map(({ spanId, name }) => [spanId, name]));
  const ended = once(server, "exit");
  server.kill();
  await ended;
  return ours()
    .map(({ name, parentSpanId }) => `${name} in ${nameOf.get(parentSpanId ?? "") ?? "a span of Next"}`)
    .toSorted();
}

it.each(["--turbopack", "--webpack"])(
  "becomes global and nests its spans when built with next build %s, over both protocols",
  async (bundler) => {
    const [command, args] = next("build", bundler);
    await run(command, args, { cwd: project, env });
    const spans = ["chain in a span of Next", "plain in tool", "tool in chain"];
    const { httpUrl, grpcUrl } = receiver;
    expect(await answered({ PHOENIX_COLLECTOR_ENDPOINT: `${httpUrl}/v1/traces` })).toEqual(spans);
    receiver.forget();
    const byGrpc = { OTEL_EXPORTER_OTLP_ENDPOINT: grpcUrl, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
    expect(await answered(byGrpc)).toEqual(spans);
    expect(new Set(receiver.requests.map(({ protocol }) => protocol))).toEqual(new Set(["grpc"]));
  },
);
