// Runs a TypeScript program of the repository as its reader would: a process of its own, through the
// built package, with no setting but those given.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const checkout = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** How a program ended, and what it said. */
export interface ProgramEnd {
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `file` (from the checkout) with tsx; every option of this package and of OpenTelemetry comes from `environment`. */
export async function runProgram(
  file: string,
  environment: Record<string, string> = {},
): Promise<ProgramEnd> {
  return await run(process.execPath, ["--import", "tsx", path.join(checkout, file)], environment);
}

/** Runs a command in the checkout with a bare environment plus `environment`. */
export async function run(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<ProgramEnd> {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(command, args, {
    cwd: checkout,
    env: { PATH, HOME, PHOENIX_DISCOVER_CONFIG: "false", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => void (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (stderr += chunk.toString()));
  const status = await new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  return { status, stdout, stderr };
}
