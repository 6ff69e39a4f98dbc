// Runs a TypeScript program of the repository as its reader would: a process of its own, through the
// built package, with no setting but those given.
import path from "node:path";
import { Child, checkout } from "./child.ts";

export { checkout } from "./child.ts";

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
  const child = new Child(command, args, {
    environment: { PATH, HOME, PHOENIX_DISCOVER_CONFIG: "false", ...environment },
  });
  const { code, signal, stdout, stderr } = await child.ended;
  return { status: code ?? signal ?? "unknown", stdout, stderr };
}
