// Builds the programs of test/process/programs and runs them as a user would: node, a file, an environment.
import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "../..");

/** How a program ended and what it printed. */
export interface ProgramResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  millis: number;
}

export interface ProgramOptions {
  env: Record<string, string>;
  /** Options of node, or the whole command in front of it. */
  nodeArgs?: string[];
  command?: string[];
  onStart?: (child: ChildProcess) => void;
  /** Called with every piece of standard output. */
  onOutput?: (text: string, child: ChildProcess) => void;
}

/** Bundles the programs with this package's source; packages stay where they are installed. */
export async function buildPrograms(name: string): Promise<string> {
  const folder = path.join(root, "node_modules/.cache/phoenix-otel", name);
  await build({
    entryPoints: ["end", "preload", "grpc-call"].map((program) => path.join(here, `programs/${program}.mjs`)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    alias: { "#start": path.join(here, "start.ts") },
  });
  return folder;
}

/** Runs a program to its end. */
export function runProgram(file: string, options: ProgramOptions): Promise<ProgramResult> {
  const { env, nodeArgs = [], command = [], onStart, onOutput } = options;
  const [executable, ...args] = [...command, process.execPath, ...nodeArgs, file] as [string];
  const startMillis = performance.now();
  const child = spawn(executable, args, {
    env: { PATH: process.env["PATH"], ...phoenixVariables(env), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onStart?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput?.(text, child);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr, millis: performance.now() - startMillis });
    });
  });
}

/** gRPC first means that the endpoint is the HTTP one, and gRPC has a port. */
function phoenixVariables({ WAY, HTTP_URL, GRPC_URL }: Record<string, string>): Record<string, string> {
  if (WAY !== "grpc-first" || HTTP_URL === undefined || GRPC_URL === undefined) return {};
  return { PHOENIX_COLLECTOR_ENDPOINT: HTTP_URL, PHOENIX_GRPC_PORT: new URL(GRPC_URL).port };
}
